import ContentHash
import Foundation
import SweepTestSupport

@testable import ArtifactStore

/// An artifact directory that is gone with its last reference.
final class TemporaryArtifacts {
    let folder: TemporaryFolder
    let directory: ArtifactDirectory

    init() throws {
        folder = try TemporaryFolder()
        directory = try ArtifactDirectory(path: folder.file("cache"))
    }

    func write(_ key: ArtifactKey, metadata: [UInt8] = [], payload: [UInt8]) throws {
        try payload.withUnsafeBytes { try directory.write(key, metadata: metadata, parts: [$0]) }
    }

    /// The names of all files in the directory that are not artifacts.
    func strays() -> [String] {
        let names =
            FileManager.default.enumerator(atPath: directory.path).map { Array($0.compactMap { $0 as? String }) } ?? []
        return names.filter { $0.contains(".partial") }
    }
}

/// A file of the layout before this one: its digest covers the payload alone.
func earlierFile(_ key: ArtifactKey, metadata: [UInt8], payload: [UInt8]) -> [UInt8] {
    var bytes = Array("PLATART1".utf8)
    let lengths = [key.text.utf8.count, metadata.count, payload.count]
    for length in lengths { withUnsafeBytes(of: UInt64(length).littleEndian) { bytes += Array($0) } }
    let digest = payload.withUnsafeBytes { ContentDigest(of: $0) }
    return bytes + digest.bytes + Array(key.text.utf8) + metadata + payload
}

/// A key that differs from those of other numbers.
func key(_ number: Int) -> ArtifactKey {
    ArtifactKey(kind: "test", parts: [("number", "\(number)"), ("algorithm", "1")])
}

/// Bytes without a pattern that a shift would preserve.
func payload(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(count))
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func replace(_ path: String, with bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
