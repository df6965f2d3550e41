internal import ContentHash

/// Where the parts of an artifact's file lie.
///
/// "PLATART2"; the lengths of key, metadata and payload as little-endian uint64; the head's digest (16 bytes); key, metadata; the digest
/// of every piece of the payload (16 bytes each); payload. A piece is `pieceBytes` long, but for the last. The head's digest is that of
/// the magic, the lengths, the key, the metadata and the pieces' digests: no byte of a file is without one.
///
/// Digests guard against accidents. Whoever means harm can make them anew: what a file says is compared with the sweep's plan before it
/// is used (`ArtifactShape`).
struct ArtifactLayout {
    static let magic = Array("PLATART2".utf8)
    static let digestBytes = 16
    /// What the lengths begin after, and the digest.
    static let digestOffset = 8 + 3 * 8
    /// Magic, lengths and digest.
    static let headerBytes = digestOffset + digestBytes
    /// Bytes of the payload that have a digest of their own: as many entries as a panel of kernels reads at a time.
    static let pieceBytes = 64 << 10
    /// Bytes of key and metadata, and of a payload: a file that claims more is damaged.
    static let textLimit = 64 << 20
    static let payloadLimit = 1 << 40

    let keyBytes: Int
    let metadataBytes: Int
    let payloadBytes: Int

    init(keyBytes: Int, metadataBytes: Int, payloadBytes: Int) {
        self.keyBytes = keyBytes
        self.metadataBytes = metadataBytes
        self.payloadBytes = payloadBytes
    }

    /// The layout that `header` (`headerBytes` of them) announces; nil where no file of `fileBytes` has it.
    init?(header: [UInt8], fileBytes: Int) {
        guard header.count == Self.headerBytes, Array(header[..<8]) == Self.magic else { return nil }
        let words = header.withUnsafeBytes { bytes in
            (0..<3).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 + 8 * $0, as: UInt64.self)) }
        }
        guard words[0] <= UInt64(Self.textLimit), words[1] <= UInt64(Self.textLimit) - words[0],
            words[2] <= UInt64(Self.payloadLimit)
        else { return nil }
        self.init(keyBytes: Int(words[0]), metadataBytes: Int(words[1]), payloadBytes: Int(words[2]))
        guard payloadOffset + payloadBytes == fileBytes else { return nil }
    }

    /// Magic and lengths, as they begin a file.
    var start: [UInt8] {
        var bytes = Self.magic
        for length in [keyBytes, metadataBytes, payloadBytes] {
            withUnsafeBytes(of: UInt64(length).littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    var pieceCount: Int { (payloadBytes + Self.pieceBytes - 1) / Self.pieceBytes }

    /// Bytes between header and payload: key, metadata and the pieces' digests.
    var bodyBytes: Int { keyBytes + metadataBytes + pieceCount * Self.digestBytes }

    var payloadOffset: Int { Self.headerBytes + bodyBytes }

    /// The bytes of the payload that are piece `index`.
    func piece(_ index: Int) -> Range<Int> {
        let first = index * Self.pieceBytes
        return first..<min(first + Self.pieceBytes, payloadBytes)
    }

    /// The digest of a file's head, which `start` and `body` make up.
    static func digest(start: [UInt8], body: [UInt8]) -> ContentDigest {
        var hasher = ContentHasher()
        start.withUnsafeBytes { hasher.update($0) }
        body.withUnsafeBytes { hasher.update($0) }
        return hasher.finish()
    }
}

extension ContentDigest {
    /// The digest that lies in `bytes` from `offset` on.
    init(_ bytes: [UInt8], at offset: Int) {
        self = bytes.withUnsafeBytes { bytes in
            ContentDigest(
                high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
        }
    }

    /// As it lies in a file.
    var bytes: [UInt8] { [high, low].flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } } }
}

/// Digests every piece of a payload that comes part by part.
struct PieceDigests: ~Copyable {
    /// Those of the pieces that are whole, one after the other.
    private var bytes: [UInt8] = []
    private var hasher: ContentHasher? = ContentHasher()
    /// So much of the next piece has come.
    private var filled = 0

    init() {}

    mutating func update(_ part: UnsafeRawBufferPointer) {
        var rest = part[...]
        while !rest.isEmpty {
            let next = UnsafeRawBufferPointer(rebasing: rest.prefix(ArtifactLayout.pieceBytes - filled))
            hasher?.update(next)
            filled += next.count
            rest = rest.dropFirst(next.count)
            if filled == ArtifactLayout.pieceBytes { close() }
        }
    }

    /// The digests of all pieces, the last of which may be shorter.
    consuming func finish() -> [UInt8] {
        if filled > 0 { close() }
        return bytes
    }

    private mutating func close() {
        if let digest = hasher.take()?.finish() { bytes += digest.bytes }
        hasher = ContentHasher()
        filled = 0
    }
}
