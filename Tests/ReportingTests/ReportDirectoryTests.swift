import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ReportDirectoryTests {
    private let folder: TemporaryFolder
    private let files = [
        ReportFile(path: "figures/a.svg", text: "<svg/>"), ReportFile(path: "data/a.csv", text: "a"),
        ReportFile(path: "report.html", text: "page"),
    ]

    init() throws { folder = try TemporaryFolder() }

    private func contents(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(name)).sorted()
    }

    @Test func aReportIsWrittenAndReplaced() throws {
        try ReportDirectory(path: folder.file("report")).write(files)
        try ReportDirectory(path: folder.file("report") + "/").write([ReportFile(path: "report.html", text: "newer")])
        #expect(try contents() == ["report"] && contents("report/figures").isEmpty)
        #expect(try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8) == "newer")
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

    @Test func nothingIsLeftOfAReportThatCannotBeWritten() throws {
        let directory = try ReportDirectory(path: folder.file("report"))
        try directory.write(files)
        // No such folder within the report.
        let broken = files + [ReportFile(path: "elsewhere/a.svg", text: "")]
        #expect(throws: Complaint.self) { try directory.write(broken) }
        #expect(try contents() == ["report"] && contents("report") == ["data", "figures", "report.html"])
    }
}
