import ContentHash
import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import ArtifactStore

/// Files that come in pieces appear whole, under the name that is theirs, or not at all.
struct IncomingArtifactTests {
    private let here: TemporaryArtifacts
    private let there: TemporaryArtifacts

    init() throws { (here, there) = (try TemporaryArtifacts(), try TemporaryArtifacts()) }

    private func file(_ number: Int, _ count: Int = 5_000) throws -> [UInt8] {
        try there.write(key(number), metadata: [1, 2, 3], payload: payload(count))
        return try contents(there.directory.filePath(key(number).name))
    }

    /// Whether the whole of `bytes` was given the name of artifact `number`.
    private func bring(_ bytes: [UInt8], as number: Int, pieces: Int = 1_000) throws -> Bool {
        let incoming = try IncomingArtifact(key(number).name, fileBytes: bytes.count, in: here.directory)
        let wasThere = here.directory.isIntact(key(number).name)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
            #expect(try incoming.append(piece, digest: piece.withUnsafeBytes { ContentDigest(of: $0) }))
            #expect(here.directory.isIntact(key(number).name) == wasThere, "visible before it is whole")
        }
        return try incoming.finish()
    }

    @Test func aWholeFileIsTheSameFile() throws {
        let bytes = try file(1)
        #expect(try bring(bytes, as: 1))
        #expect(try contents(here.directory.filePath(key(1).name)) == bytes)
        #expect(here.strays() == [])
    }

    @Test func aFileUnderAnothersNameIsNotTaken() throws {
        #expect(try !bring(try file(1), as: 2))
        #expect(here.directory.allFiles() == [])
    }

    @Test func aFileWithAFlippedBitIsNotTaken() throws {
        var bytes = try file(1)
        bytes[bytes.count - 7] ^= 4
        #expect(try !bring(bytes, as: 1))
        #expect(here.directory.allFiles() == [])
    }

    /// A header that claims all memory.
    @Test func lengthsThatCannotBeAreNotTaken() throws {
        var bytes = try file(1)
        for place in 8..<32 { bytes[place] = 0xFF }
        #expect(try !bring(bytes, as: 1))
        #expect(try !bring([1, 2, 3], as: 1))
        #expect(here.directory.allFiles() == [])
    }

    @Test func aPieceWithAnotherDigestIsWantedAgain() throws {
        let bytes = try file(1)
        let incoming = try IncomingArtifact(key(1).name, fileBytes: bytes.count, in: here.directory)
        let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
        var damaged = bytes
        damaged[40] ^= 1
        #expect(try !incoming.append(damaged, digest: digest))
        #expect(incoming.receivedBytes == 0)
        // More than the file has is none of it.
        let longer = bytes + [0]
        #expect(try !incoming.append(longer, digest: longer.withUnsafeBytes { ContentDigest(of: $0) }))
        #expect(try incoming.append(bytes, digest: digest))
        #expect(try incoming.finish())
    }

    @Test func whatIsThereStays() throws {
        let bytes = try file(1)
        #expect(try bring(bytes, as: 1))
        let path = here.directory.filePath(key(1).name)
        func inode() throws -> Any? { try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] }
        let before = try inode() as? Int
        // The same key and other metadata, whole as well: whoever is first stays.
        try there.write(key(1), metadata: [3, 2, 1], payload: payload(5_000))
        #expect(try bring(try contents(there.directory.filePath(key(1).name)), as: 1))
        #expect(try inode() as? Int == before)
        #expect(try contents(path) == bytes)
        // What is damaged is replaced.
        var rotten = bytes
        rotten[bytes.count - 1] ^= 1
        try replace(path, with: rotten)
        #expect(try bring(bytes, as: 1))
        #expect(try contents(path) == bytes)
    }

    @Test func whatIsGivenUpLeavesNothing() throws {
        let bytes = try file(1)
        var incoming: IncomingArtifact? = try IncomingArtifact(key(1).name, fileBytes: bytes.count, in: here.directory)
        #expect(here.strays().count == 1)
        #expect(try incoming?.finish() == false, "not whole")
        incoming = nil
        #expect(here.strays() == [])
    }

    @Test(.enabled(if: geteuid() == 0)) func aFullDiskIsAComplaintAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=256k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let directory = try ArtifactDirectory(path: folder.path)
        let bytes = try file(1, 1 << 20)
        do {
            let incoming = try IncomingArtifact(key(1).name, fileBytes: bytes.count, in: directory)
            let complaint = #expect(throws: Complaint.self) {
                try incoming.append(bytes, digest: bytes.withUnsafeBytes { ContentDigest(of: $0) })
            }
            #expect(complaint?.what.contains("No space left") == true)
        }
        #expect(directory.allFiles() == [])
    }

    @Test func outgoingPiecesAreTheFile() throws {
        let bytes = try file(1)
        let outgoing = try #require(OutgoingArtifact(key(1).name, in: there.directory))
        #expect(outgoing.fileBytes == bytes.count)
        there.directory.remove(key(1).name)
        #expect(
            outgoing.read(0..<100)! + outgoing.read(100..<bytes.count)! == bytes, "what is deleted is read to its end")
        #expect(outgoing.read(0..<bytes.count + 1) == nil)
        #expect(OutgoingArtifact(key(1).name, in: there.directory) == nil)
        #expect(OutgoingArtifact("../../secret", in: there.directory) == nil)
    }

    @Test func theLeastRecentlyUsedGoFirst() throws {
        for number in 0..<4 { try here.write(key(number), payload: payload(1_000)) }
        let size = here.directory.usedBytes() / 4
        for number in 0..<4 {
            var times = [timeval(tv_sec: 1_000 + number, tv_usec: 0), timeval(tv_sec: 1_000 + number, tv_usec: 0)]
            utimes(here.directory.filePath(key(number).name), &times)
        }
        #expect(ArtifactFile.open(key(0).name, in: here.directory) != nil, "it is used")
        #expect(here.directory.evict(downTo: 2 * size) == 2 * size)
        #expect((0..<4).map { here.directory.isIntact(key($0).name) } == [true, false, false, true])
    }
}
