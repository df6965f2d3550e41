import Foundation
import HDF5
import Projection
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ProjectionUpdateTests {
    private static func update(
        _ path: String, _ settings: UMAPSettings = UMAPSettings(), output: String? = nil
    ) throws -> ProjectionUpdate {
        try ProjectionUpdate(path: path, options: MapOptions(distance: .linear, settings: settings), output: output)
    }

    private static func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    /// The bytes of all numbers and texts outside of `/projection`, with the attributes, by path.
    private static func everythingElse(_ path: String) throws -> [String] {
        var found: [String] = []
        func visit(_ group: borrowing HDF5Group, _ prefix: String) throws {
            for name in try group.attributeNames() {
                found.append("\(prefix)@\(name) \(try #require(try group.attribute(name)))")
            }
            for child in try group.childNames() where prefix + child != "/projection" {
                if try group.kind(of: child) == .group {
                    try visit(try group.group(child), "\(prefix)\(child)/")
                    continue
                }
                let dataset = try group.dataset(child)
                // References to other objects are as they were, but are no values that can be read.
                for name in try dataset.attributeNames() where !["DIMENSION_LIST", "REFERENCE_LIST"].contains(name) {
                    found.append("\(prefix)\(child)@\(name) \(try #require(try dataset.attribute(name)))")
                }
                let values: String
                switch dataset.elementKind {
                case .variableString, .fixedString: values = "\(try dataset.readStrings(rank: dataset.shape.count))"
                case .signed, .unsigned: values = "\(try dataset.readInt64s(rank: dataset.shape.count))"
                default: values = "\(try dataset.readDoubles(rank: dataset.shape.count).map(\.bitPattern))"
                }
                found.append("\(prefix)\(child) \(dataset.shape) \(values)")
            }
        }
        try visit(try HDF5File.open(path).root(), "/")
        return found
    }

    @Test func onlyTheProjectionChanges() throws {
        let file = try AnalysedFixture()
        let before = try Self.everythingElse(file.path)
        let points = try file.numbers("projection/cka/umap")
        for seed in [7, 8] as [UInt64] {
            let update = try Self.update(file.path, UMAPSettings(neighbours: 4, minDist: 0.3, seed: seed))
            try update.write()
            #expect(try Self.everythingElse(file.path) == before)
            let map = try #require(update.maps.maps.first { $0.metric == "cka" }?.map)
            let found = try file.numbers("projection/cka/umap").filter(\.isFinite)
            #expect(found == map.umap.points.flatMap { [$0.x, $0.y] })
            #expect(found != points)
            #expect(try file.attribute("seed", of: "projection") == .int64(Int64(seed)))
            #expect(try file.attribute("distance", of: "projection/cka") == .string("linear"))
        }
        #expect(before.contains { $0.hasPrefix("/metrics/cka/scores ") })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: file.fixture.folder.path).allSatisfy {
                !$0.hasPrefix(".")
            })
    }

    @Test func anotherOutputLeavesTheFileAlone() throws {
        let file = try AnalysedFixture()
        let before = try Self.data(file.path)
        let output = file.fixture.folder.file("other.h5")
        try Self.update(file.path, output: output).write()
        #expect(try Self.data(file.path) == before)
        #expect(try Self.everythingElse(output) == Self.everythingElse(file.path))
        #expect(try HDF5File.open(output).root().group("projection").attribute("distance") == .string("linear"))
    }

    @Test func permissionsStay() throws {
        let file = try AnalysedFixture(models: 5)
        chmod(file.path, 0o640)
        try Self.update(file.path).write()
        var status = stat()
        #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test func linksAreWrittenThroughAndStay() throws {
        let file = try AnalysedFixture(models: 5)
        let link = file.fixture.folder.file("link.h5")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file.path)
        chmod(file.path, 0o604)
        let before = try Self.data(file.path)
        try Self.update(link).write()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file.path)
        #expect(try Self.data(file.path) != before)
        var status = stat()
        #expect(lstat(file.path, &status) == 0 && status.st_mode & 0o7777 == 0o604)
    }

    @Test func neitherTheInputNorOtherFilesAreWrittenOver() throws {
        let file = try AnalysedFixture(models: 5)
        let folder = file.fixture.folder
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.h5"), withDestinationPath: file.path)
        try Data("text".utf8).write(to: URL(fileURLWithPath: folder.file("text")))
        for (name, what) in [
            ("link.h5", "the same file as the input"), ("text", "holds no results"), ("0.h5", "holds no results"),
        ] {
            let complaint = #expect(throws: Complaint.self) {
                _ = try Self.update(file.path, output: folder.file(name))
            }
            #expect(complaint?.kind == .request && complaint?.what.contains(what) == true)
        }
    }

    @Test func resultsThatChangedMeanwhileStay() throws {
        let file = try AnalysedFixture(models: 5)
        let update = try Self.update(file.path)
        let other = try Self.data(file.path) + Data([0])
        try other.write(to: URL(fileURLWithPath: file.path))
        let complaint = #expect(throws: Complaint.self) { try update.write() }
        #expect(complaint?.kind == .work && complaint?.what.contains("changed meanwhile") == true)
        #expect(try Self.data(file.path) == other)
    }

    /// A file of a build that wrote no analysis, no diagnostics and no maps.
    @Test func olderFilesGetMaps() throws {
        let file = try AnalysedFixture(models: 6)
        let hdf5 = try HDF5File.update(file.path)
        let root = try hdf5.root()
        for group in ["analysis", "diagnostics", "projection"] { try root.remove(group) }
        try hdf5.close()
        try Self.update(file.path).write()
        #expect(try file.numbers("projection/cka/mds").count == 12)
        #expect(try !file.exists("analysis"))
        #expect(AnalysedSweep(try ResultsReader(path: file.path).sweepScores()).depthProfiles.count == 4)
    }

    @Test(arguments: [([0, 1, 2], [3, 4]), ([0, 1], nil)] as [([Int], [Int]?)])
    func withoutDistancesTheRequestIsWrong(_ x: [Int], _ y: [Int]?) throws {
        let file = try AnalysedFixture(models: 5, x: x, y: y)
        let before = try Self.data(file.path)
        let complaint = #expect(throws: Complaint.self) { _ = try Self.update(file.path) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.place == file.path)
        #expect(try Self.data(file.path) == before)
    }

    @Test(arguments: ["", "text"]) func noResultsFile(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("r.h5")
        if !text.isEmpty { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        let complaint = #expect(throws: Complaint.self) { _ = try Self.update(path) }
        #expect(complaint?.kind == .request)
    }

    /// A disk that holds the file but not its copy, and one that holds the copy but not the new maps.
    @Test(.enabled(if: geteuid() == 0), arguments: [-16, 4]) func fullDisk(_ spare: Int) throws {
        let file = try AnalysedFixture(models: 6)
        // Without maps, so that new ones need room of their own.
        let hdf5 = try HDF5File.update(file.path)
        try hdf5.root().remove("projection")
        try hdf5.close()
        let before = try Self.data(file.path)
        let folder = try TemporaryFolder()
        let pages = before.count / 4096 + 1
        guard mount("none", folder.path, "tmpfs", 0, "size=\(4 * (2 * pages) + spare)k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.file("r.h5")
        try before.write(to: URL(fileURLWithPath: path))
        let update = try Self.update(path)
        // What is left after the copy is at most a page, and the new group is a few.
        let filler = folder.file("filler")
        if spare > 0 { try Data(count: 4096).write(to: URL(fileURLWithPath: filler)) }
        let complaint = #expect(throws: Complaint.self) { try update.write() }
        #expect(complaint?.kind == .work && complaint?.what == "the disk is full" && complaint?.place == path)
        #expect(try Self.data(path) == before)
        try? FileManager.default.removeItem(atPath: filler)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["r.h5"])
    }
}
