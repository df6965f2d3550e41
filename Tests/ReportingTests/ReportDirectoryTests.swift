import Figures
import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ReportDirectoryTests {
    private let folder: TemporaryFolder
    private let files = Self.files("first")

    private static func files(_ title: String, _ names: [String] = ["figures/a.svg", "data/a.csv"]) -> [ReportFile] {
        let page = HTMLPage(title: title, generator: PageMaker.report.rawValue, files: names)
        return names.map { ReportFile(path: $0, text: "x") } + [ReportFile(path: "report.html", text: page.html)]
    }

    init() throws { folder = try TemporaryFolder() }

    private func contents(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(name)).sorted()
    }

    @Test func aReportIsWrittenAndReplaced() throws {
        try ReportDirectory(path: folder.file("report")).write(files)
        try ReportDirectory(path: folder.file("report") + "/").write(Self.files("newer", []))
        #expect(try contents() == ["report"] && contents("report/figures").isEmpty)
        #expect(try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8).contains("newer"))
    }

    @Test func anEmptyDirectoryWillDo() throws {
        try FileManager.default.createDirectory(atPath: folder.file("report"), withIntermediateDirectories: true)
        try ReportDirectory(path: folder.file("report")).write(files)
        #expect(try contents("report") == ["data", "figures", "report.html"])
    }

    @Test(arguments: [["precious"], ["report.html", "precious"], ["figures"]])
    func aForeignDirectoryIsRefused(entries: [String]) throws {
        try FileManager.default.createDirectory(atPath: folder.file("report"), withIntermediateDirectories: true)
        for entry in entries { try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("report/" + entry))) }
        let complaint = #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("report")) }
        #expect(complaint?.kind == .request && complaint?.what.contains("other things") == true)
        #expect(try contents("report") == entries.sorted())
    }

    @Test func aFileOrAMissingFolderIsRefused() throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
        #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("file")) }
        #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("nowhere/report")) }
    }

    /// A study has a file of its own, and neither a report nor another study takes its place.
    @Test func aStudyIsReplacedByItsKindAlone() throws {
        func study(_ title: String) -> [ReportFile] {
            let maker = PageMaker.contrastiveStudy.rawValue
            let page = HTMLPage(title: title, generator: maker, files: ["data/a.csv", "study.h5"])
            return [ReportFile(path: "data/a.csv", text: "x"), ReportFile(path: "report.html", text: page.html)]
        }
        let path = folder.file("study")
        for title in ["first", "second"] {
            try ReportDirectory(path: path, by: .contrastiveStudy).write(study(title)) {
                (directory) throws(Complaint) in
                #expect(FileManager.default.createFile(atPath: directory + "/study.h5", contents: Data(title.utf8)))
            }
        }
        #expect(try String(contentsOfFile: path + "/study.h5", encoding: .utf8) == "second")
        for maker in [PageMaker.report, .colourStudy] {
            let complaint = #expect(throws: Complaint.self) { try ReportDirectory(path: path, by: maker) }
            #expect(complaint?.kind == .request)
        }
        let failed = #expect(throws: Complaint.self) {
            try ReportDirectory(path: path, by: .contrastiveStudy).write(study("third")) { (_) throws(Complaint) in
                throw Complaint(.work, "the disk is full", at: "study.h5", advice: "free some space")
            }
        }
        #expect(failed?.what == "the disk is full")
        #expect(try contents() == ["study"] && contents("study") == ["data", "figures", "report.html", "study.h5"])
        #expect(try String(contentsOfFile: path + "/study.h5", encoding: .utf8) == "second")
    }

    @Test func nothingIsLeftOfAReportThatCannotBeWritten() throws {
        let directory = try ReportDirectory(path: folder.file("report"))
        try directory.write(files)
        // No such folder within the report.
        let broken = files + [ReportFile(path: "elsewhere/a.svg", text: "")]
        #expect(throws: Complaint.self) { try directory.write(broken) }
        #expect(try contents() == ["report"] && contents("report") == ["data", "figures", "report.html"])
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    /// A page of somebody else's, drawings that were put among ours, a folder, a link.
    @Test func nothingOfOthersIsDeleted() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("theirs/figures"), withIntermediateDirectories: true)
        try write("<!DOCTYPE html><title>Alignment of models: mine</title>", "theirs/report.html")
        #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("theirs")) }
        let directory = try ReportDirectory(path: folder.file("report"))
        try directory.write(files)
        let (figure, other) = (folder.file("report/figures/mine.svg"), folder.file("report/data/mine"))
        for make in [
            { try Data("x".utf8).write(to: URL(fileURLWithPath: figure)) },
            { try FileManager.default.createSymbolicLink(atPath: other, withDestinationPath: "../report.html") },
            { try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true) },
        ] as [() throws -> Void] {
            try make()
            #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("report")) }
            // Also when it came after the first look.
            #expect(throws: Complaint.self) { try directory.write(files) }
            #expect(try contents() == ["report", "theirs"])
            for path in [figure, other] { try? FileManager.default.removeItem(atPath: path) }
        }
        try directory.write(files)
        #expect(try contents("report/figures") == ["a.svg"])
    }

    @Test func reportsOfEarlierBuildsAreReplaced() throws {
        for name in ["figures", "data"] {
            try FileManager.default.createDirectory(
                atPath: folder.file("report/\(name)"), withIntermediateDirectories: true)
        }
        let page = HTMLPage(
            title: "Alignment of models: a sweep", sections: [.init("s", [.links([("SVG", "figures/map-cka.svg")])])])
        // They had no script.
        try write(page.html.replacing(/script-src '[^']*';\s/, with: ""), "report/report.html")
        for name in [
            "figures/map-cka.svg", "figures/map-cka.vl.json", "data/map-cka.csv", "data/metrics.csv",
            "data/competence-models-acc.csv",
        ] { try write("x", "report/\(name)") }
        try write("x", "report/figures/mine.svg")
        #expect(throws: Complaint.self) { try ReportDirectory(path: folder.file("report")) }
        try FileManager.default.removeItem(atPath: folder.file("report/figures/mine.svg"))
        try ReportDirectory(path: folder.file("report")).write(files)
        #expect(try contents("report/figures") == ["a.svg"] && contents() == ["report"])
    }

    @Test func aLinkToTheDirectoryStaysAndSoDoPermissions() throws {
        try ReportDirectory(path: folder.file("report")).write(files)
        chmod(folder.file("report"), 0o750)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "report")
        try ReportDirectory(path: folder.file("link")).write(Self.files("newer"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "report")
        #expect(try FileState.of(folder.file("report"))?.permissions == 0o750)
        #expect(try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8).contains("newer"))
    }
}
