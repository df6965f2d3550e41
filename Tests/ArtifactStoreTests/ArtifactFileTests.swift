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

    @Test(arguments: [1, 999, 1000, 5000, -1, .max, .min]) func readingBeyondTheEnd(_ offset: Int) throws {
        try artifacts.write(key(1), payload: payload(1000))
        let file = try open(key(1))
        var buffer = [UInt8](repeating: 0, count: 1000)
        #expect(throws: ArtifactDamage.self) {
            try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        }
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
        #expect(ArtifactFile.open(key(2).name, in: directory) == nil, "nor is it found by name")
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
        let damage = #expect(throws: ArtifactDamage.self) { _ = try file.readAll() }
        #expect(damage?.name == key(1).name)
        #expect(damage?.complaint.place == directory.filePath(key(1).name))
        #expect(damage?.complaint.kind == .work)
    }

    /// Header, key, metadata, digests and payload: no bit can be another one.
    @Test(arguments: [0, 1, 100]) func anyBitMatters(_ count: Int) throws {
        try artifacts.write(key(1), metadata: [5, 6], payload: payload(count))
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        for bit in 0..<(8 * whole.count) {
            var damaged = whole
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            try replace(path, with: damaged)
            guard let file = ArtifactFile.open(key(1).name, in: directory) else { continue }
            #expect(!file.isIntact(), "bit \(bit)")
            #expect(throws: ArtifactDamage.self, "bit \(bit)") { _ = try file.readAll() }
        }
    }

    /// What is read in parts is checked as well: by pieces, each with a digest of its own.
    @Test func anyPartThatIsReadIsChecked() throws {
        let piece = ArtifactLayout.pieceBytes
        let bytes = payload(3 * piece + 100)
        try artifacts.write(key(1), metadata: [9], payload: bytes)
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        let start = whole.count - bytes.count
        for (damagedPiece, place) in [(0, 0), (1, piece + 77), (2, 3 * piece - 1), (3, 3 * piece + 99)] {
            var damaged = whole
            damaged[start + place] ^= 0x10
            try replace(path, with: damaged)
            let file = try open(key(1))
            for range in [0..<10, 10..<piece, piece..<2 * piece, piece + 1..<3 * piece - 1, 2 * piece..<3 * piece + 50]
            {
                var found = [UInt8](repeating: 0, count: range.count)
                let touched = range.lowerBound / piece...(range.upperBound - 1) / piece
                do {
                    try found.withUnsafeMutableBytes { try file.read(into: $0, at: range.lowerBound) }
                    #expect(!touched.contains(damagedPiece))
                    #expect(found == Array(bytes[range]))
                } catch {
                    #expect(touched.contains(damagedPiece))
                }
            }
        }
    }

    /// As builds before this layout wrote it: a digest of the payload alone.
    @Test func whatEarlierBuildsLeftIsAbsentAndMadeAgain() throws {
        let (bytes, metadata) = (payload(1000), [UInt8]("{\"k\":3}".utf8))
        try artifacts.write(key(1), metadata: metadata, payload: bytes)
        let path = directory.filePath(key(1).name)
        let new = try contents(path)
        try replace(path, with: earlierFile(key(1), metadata: metadata, payload: bytes))
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil)
        #expect(!directory.isIntact(key(1).name))
        #expect(directory.usedBytes() > 1000, "it counts towards the limit")
        try artifacts.write(key(1), metadata: metadata, payload: bytes)
        #expect(try contents(path) == new)
        try artifacts.write(key(2), payload: bytes)
        try replace(path, with: earlierFile(key(1), metadata: metadata, payload: bytes))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: path)
        _ = try open(key(2))
        directory.evict(downTo: directory.usedBytes() - 1)
        #expect(directory.allFiles() == [directory.filePath(key(2).name)], "it goes like any other")
    }

    /// Lengths whose sums and products overflow, with digests that are right.
    @Test func lengthsThatCannotBe() throws {
        try artifacts.write(key(1), metadata: [1], payload: payload(10))
        let path = directory.filePath(key(1).name)
        let whole = try contents(path)
        let odd: [UInt64] = [0, 1, 1 << 31, 1 << 40, 1 << 62, .max, .max - 47, UInt64(Int.max), UInt64(Int.max) + 1]
        for first in odd {
            for second in odd {
                for third in odd {
                    var header = ArtifactLayout.magic
                    for word in [first, second, third] {
                        withUnsafeBytes(of: word.littleEndian) { header += Array($0) }
                    }
                    let body = Array(whole[ArtifactLayout.headerBytes...])
                    try replace(path, with: header + ArtifactLayout.digest(start: header, body: body).bytes + body)
                    #expect(ArtifactFile.open(key(1).name, in: directory) == nil)
                }
            }
        }
    }

    @Test func whatIsNoFileIsAbsent() throws {
        let path = directory.filePath(key(1).name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil, "nobody waits at a pipe")
        #expect(ArtifactFile.open("../../passwd", in: directory) == nil)
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
