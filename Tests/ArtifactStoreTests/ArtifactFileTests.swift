import Foundation
import SweepModel
import Testing

@testable import ArtifactStore

struct ArtifactFileTests {
    private let artifacts: TemporaryArtifacts
    private var directory: ArtifactDirectory { artifacts.directory }

    init() throws { artifacts = try TemporaryArtifacts() }

    private func open(_ key: ArtifactKey) throws -> ArtifactFile {
        try #require(ArtifactFile.open(key.name, key: key, in: directory))
    }

    @Test(arguments: [0, 1, 4096, 1 << 20, (1 << 20) + 1, (5 << 20) / 2]) func roundTrip(_ count: Int) throws {
        let bytes = payload(count)
        try artifacts.write(key(1), metadata: [1, 2, 0, 255], payload: bytes)
        let file = try open(key(1))
        #expect(file.metadata == [1, 2, 0, 255])
        #expect(file.payloadBytes == count)
        #expect(file.isIntact())
        #expect(try file.readAll() == bytes)
    }

    @Test func partsAreJoined() throws {
        let bytes = payload(1000)
        try bytes.withUnsafeBytes { whole in
            let parts = [0..<1, 1..<1, 1..<400, 400..<1000].map { UnsafeRawBufferPointer(rebasing: whole[$0]) }
            try directory.write(key(1), metadata: [], parts: parts)
        }
        #expect(try open(key(1)).readAll() == bytes)
        try directory.write(key(2), metadata: [7], parts: [])
        #expect(try open(key(2)).metadata == [7])
        #expect(try open(key(2)).readAll() == [])
    }

    @Test func readingInParts() throws {
        let bytes = payload(1000)
        try artifacts.write(key(1), metadata: [9], payload: bytes)
        let file = try open(key(1))
        for range in [0..<1000, 0..<1, 999..<1000, 250..<750, 1000..<1000] {
            var found = [UInt8](repeating: 0, count: range.count)
            try found.withUnsafeMutableBytes { try file.read(into: $0, at: range.lowerBound) }
            #expect(found == Array(bytes[range]))
        }
    }

    @Test(arguments: [1, 999, 1000, 5000]) func readingBeyondTheEnd(_ offset: Int) throws {
        try artifacts.write(key(1), payload: payload(1000))
        let file = try open(key(1))
        var buffer = [UInt8](repeating: 0, count: 1000)
        let complaint = #expect(throws: Complaint.self) {
            try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        }
        #expect(complaint?.kind == .work)
    }

    @Test func missingArtifact() { #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil) }

    @Test func otherKey() throws {
        try artifacts.write(key(1), payload: [1])
        try FileManager.default.createDirectory(
            atPath: (directory.filePath(key(2).name) as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: directory.filePath(key(1).name), toPath: directory.filePath(key(2).name))
        #expect(ArtifactFile.open(key(2).name, key: key(2), in: directory) == nil)
        #expect(ArtifactFile.open(key(2).name, in: directory) != nil)
    }

    @Test func directoryInPlaceOfAnArtifact() throws {
        try FileManager.default.createDirectory(
            atPath: directory.filePath(key(1).name), withIntermediateDirectories: true)
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil)
    }

    @Test func truncatedAnywhere() throws {
        try artifacts.write(key(1), metadata: payload(20), payload: payload(100))
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        for length in 0..<whole.count {
            try replace(path, with: Array(whole[..<length]))
            #expect(
                ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil, "\(length) of \(whole.count) bytes")
        }
        try replace(path, with: whole + [0])
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil)
        try replace(path, with: whole)
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) != nil)
    }

    @Test func truncatedWhileOpen() throws {
        try artifacts.write(key(1), payload: payload(3 << 20))
        let file = try open(key(1))
        #expect(truncate(directory.filePath(key(1).name), 2 << 20) == 0)
        #expect(!file.isIntact())
        let complaint = #expect(throws: Complaint.self) { _ = try file.readAll() }
        #expect(complaint?.what == "an artifact is damaged")
        #expect(complaint?.place == directory.filePath(key(1).name))
        #expect(complaint?.kind == .work)
    }

    @Test func anyBitOfThePayloadMatters() throws {
        let bytes = payload(64)
        try artifacts.write(key(1), metadata: [5], payload: bytes)
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        for bit in 0..<(8 * bytes.count) {
            var damaged = whole
            damaged[whole.count - bytes.count + bit / 8] ^= 1 << UInt8(bit % 8)
            try replace(path, with: damaged)
            let file = try open(key(1))
            #expect(!file.isIntact())
            #expect(throws: Complaint.self) { _ = try file.readAll() }
        }
    }

    @Test func anyBitOfTheHeaderMatters() throws {
        try artifacts.write(key(1), metadata: [5, 6], payload: payload(64))
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        for bit in 0..<(8 * (ArtifactFile.headerBytes + key(1).text.utf8.count)) {
            var damaged = whole
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            try replace(path, with: damaged)
            let isIntact = ArtifactFile.open(key(1).name, key: key(1), in: directory)?.isIntact() ?? false
            #expect(!isIntact, "bit \(bit)")
        }
    }

    @Test func replacedArtifactsStayReadable() throws {
        try artifacts.write(key(1), payload: payload(500))
        let file = try open(key(1))
        try artifacts.write(key(1), payload: payload(500))
        unlink(directory.filePath(key(1).name))
        #expect(try file.readAll() == payload(500))
    }

    @Test func openingMarksTheArtifactAsUsed() throws {
        try artifacts.write(key(1), payload: [1])
        let path = directory.filePath(key(1).name)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: path)
        _ = try open(key(1))
        let used = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        #expect(try #require(used) > Date(timeIntervalSince1970: 1_000_000))
    }
}
