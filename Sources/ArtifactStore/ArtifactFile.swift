internal import ContentHash
internal import Foundation
package import SweepModel

/// An artifact on disk: its key, a few bytes of metadata and a payload that can be read in parts.
///
/// Layout: "PLATART1"; the lengths of key, metadata and payload as little-endian uint64; the payload's digest (16 bytes); key,
/// metadata, payload.
package final class ArtifactFile {
    /// What the writer put beside the payload.
    package let metadata: [UInt8]
    /// The payload's length in bytes.
    package let payloadBytes: Int

    /// Whether its key is the one that its name stands for.
    let isNamedByKey: Bool

    private let descriptor: Int32
    private let path: String
    private let payloadOffset: Int
    private let digest: ContentDigest

    static let magic = Array("PLATART1".utf8)
    static let headerBytes = 8 + 3 * 8 + 16
    /// Bytes of key and metadata: a file that claims more is damaged.
    static let textLimit = 64 << 20

    private init(
        descriptor: Int32, path: String, isNamedByKey: Bool, metadata: [UInt8], payloadOffset: Int, payloadBytes: Int,
        digest: ContentDigest
    ) {
        self.isNamedByKey = isNamedByKey
        self.descriptor = descriptor
        self.path = path
        self.metadata = metadata
        self.payloadOffset = payloadOffset
        self.payloadBytes = payloadBytes
        self.digest = digest
    }

    deinit { close(descriptor) }

    /// Opens the artifact called `name`; nil where there is none, or where what is there is damaged or has another key.
    package static func open(_ name: String, key: ArtifactKey? = nil, in directory: ArtifactDirectory) -> ArtifactFile?
    {
        open(path: directory.filePath(name), name: name, key: key)
    }

    /// The same at any path.
    static func open(path: String, name: String, key: ArtifactKey? = nil) -> ArtifactFile? {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard let file = parse(descriptor, path: path, name: name, key: key) else {
            close(descriptor)
            return nil
        }
        return file
    }

    private static func parse(_ descriptor: Int32, path: String, name: String, key: ArtifactKey?) -> ArtifactFile? {
        var status = stat()
        var header = [UInt8](repeating: 0, count: headerBytes)
        guard fstat(descriptor, &status) == 0,
            header.withUnsafeMutableBytes({ readFully(descriptor, $0, at: 0) }), Array(header[..<8]) == magic
        else { return nil }
        let words = header.withUnsafeBytes { bytes in
            (0..<5).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 + 8 * $0, as: UInt64.self)) }
        }
        let size = UInt64(status.st_size)
        guard words[0] <= size, words[1] <= size, words[2] <= size,
            words[0] + words[1] + words[2] + UInt64(headerBytes) == size
        else { return nil }
        guard words[0] + words[1] <= UInt64(textLimit) else { return nil }
        var texts = [UInt8](repeating: 0, count: Int(words[0] + words[1]))
        guard texts.withUnsafeMutableBytes({ readFully(descriptor, $0, at: headerBytes) }) else { return nil }
        let keyText = String(decoding: texts[..<Int(words[0])], as: UTF8.self)
        if let key, key.text != keyText { return nil }
        // Eviction goes by when an artifact was last used.
        futimens(descriptor, nil)
        return ArtifactFile(
            descriptor: descriptor, path: path, isNamedByKey: ContentDigest(of: keyText).description == name,
            metadata: Array(texts[Int(words[0])...]),
            payloadOffset: headerBytes + texts.count, payloadBytes: Int(words[2]),
            digest: ContentDigest(high: words[3], low: words[4]))
    }

    /// Reads `buffer.count` bytes of the payload from `offset` on.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Complaint) {
        guard offset + buffer.count <= payloadBytes,
            Self.readFully(descriptor, buffer, at: payloadOffset + offset)
        else { throw damaged() }
    }

    /// Reads the whole payload and checks it against its digest.
    package func readAll() throws(Complaint) -> [UInt8] {
        var complete = false
        let bytes = [UInt8](unsafeUninitializedCapacity: payloadBytes) { buffer, count in
            complete = Self.readFully(descriptor, UnsafeMutableRawBufferPointer(buffer), at: payloadOffset)
            count = complete ? payloadBytes : 0
        }
        guard complete, bytes.withUnsafeBytes({ ContentDigest(of: $0) }) == digest else { throw damaged() }
        return bytes
    }

    /// Whether the payload is what was written; reads it once in small pieces.
    package func isIntact() -> Bool {
        var hasher = ContentHasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while offset < payloadBytes {
            let count = min(buffer.count, payloadBytes - offset)
            let complete = buffer.withUnsafeMutableBytes { bytes in
                let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
                guard Self.readFully(descriptor, piece, at: payloadOffset + offset) else { return false }
                hasher.update(UnsafeRawBufferPointer(piece))
                return true
            }
            guard complete else { return false }
            offset += count
        }
        return hasher.finish() == digest
    }

    private func damaged() -> Complaint {
        Complaint(.work, "an artifact is damaged", at: path, advice: "delete the file and run the sweep again")
    }

    static func readFully(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool
    {
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
