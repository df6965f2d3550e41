internal import ContentHash
internal import Foundation
internal import SweepModel

/// An artifact on disk: its key, a few bytes of metadata and a payload that can be read in parts (`ArtifactLayout`).
///
/// What is read is checked: key and metadata when the file is opened, the payload piece by piece whenever it is read.
package final class ArtifactFile {
    /// What the writer put beside the payload.
    package let metadata: [UInt8]
    /// The payload's length in bytes.
    package var payloadBytes: Int { layout.payloadBytes }

    private let descriptor: Int32
    /// Where it begins in what `descriptor` is open for.
    private let base: Int
    private let path: String
    private let name: String
    private let layout: ArtifactLayout
    private let pieceDigests: [ContentDigest]

    private init(
        descriptor: Int32, base: Int, path: String, name: String, layout: ArtifactLayout, metadata: [UInt8],
        pieceDigests: [ContentDigest]
    ) {
        self.descriptor = descriptor
        self.base = base
        self.path = path
        self.name = name
        self.layout = layout
        self.metadata = metadata
        self.pieceDigests = pieceDigests
    }

    deinit { close(descriptor) }

    /// Opens the artifact called `name`; nil where there is none, or where what is there has a damaged head or another artifact's key.
    package static func open(_ name: String, key: ArtifactKey? = nil, in directory: ArtifactDirectory) -> ArtifactFile?
    {
        ArtifactName.isValid(name) ? open(path: directory.filePath(name), name: name, key: key) : nil
    }

    /// The same at any path, or in the bytes `within` a file that holds others as well.
    package static func open(
        path: String, within bytes: Range<Int>? = nil, name: String, key: ArtifactKey? = nil
    ) -> ArtifactFile? {
        // Whoever waits at a pipe waits for ever.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        guard let file = parse(descriptor, path: path, within: bytes, name: name, key: key) else {
            close(descriptor)
            return nil
        }
        return file
    }

    private static func parse(
        _ descriptor: Int32, path: String, within bytes: Range<Int>?, name: String, key: ArtifactKey?
    ) -> ArtifactFile? {
        let base = bytes?.lowerBound ?? 0
        var status = stat()
        var header = [UInt8](repeating: 0, count: ArtifactLayout.headerBytes)
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            header.withUnsafeMutableBytes({ readFully(descriptor, $0, at: base) }),
            let layout = ArtifactLayout(header: header, fileBytes: bytes?.count ?? Int(status.st_size))
        else { return nil }
        var body = [UInt8](repeating: 0, count: layout.bodyBytes)
        guard body.withUnsafeMutableBytes({ readFully(descriptor, $0, at: base + ArtifactLayout.headerBytes) }),
            ArtifactLayout.digest(start: Array(header[..<ArtifactLayout.digestOffset]), body: body)
                == ContentDigest(header, at: ArtifactLayout.digestOffset)
        else { return nil }
        let keyText = String(decoding: body[..<layout.keyBytes], as: UTF8.self)
        // What was renamed is another artifact.
        guard ContentDigest(of: keyText).description == name, key.map({ $0.text == keyText }) ?? true else {
            return nil
        }
        // Eviction goes by when an artifact was last used.
        if bytes == nil { futimens(descriptor, nil) }
        let texts = layout.keyBytes + layout.metadataBytes
        return ArtifactFile(
            descriptor: descriptor, base: base, path: path, name: name, layout: layout,
            metadata: Array(body[layout.keyBytes..<texts]),
            pieceDigests: (0..<layout.pieceCount).map {
                ContentDigest(body, at: texts + $0 * ArtifactLayout.digestBytes)
            })
    }

    /// Reads `buffer.count` bytes of the payload from `offset` on. Pieces of which only a part is wanted are read whole to be checked.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArtifactDamage) {
        guard offset >= 0, offset <= payloadBytes, buffer.count <= payloadBytes - offset else { throw damage }
        var done = 0
        while done < buffer.count {
            let index = (offset + done) / ArtifactLayout.pieceBytes
            let piece = layout.piece(index)
            let skipped = offset + done - piece.lowerBound
            let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(piece.count - skipped))
            if wanted.count == piece.count {
                guard readPiece(index, into: wanted) else { throw damage }
            } else {
                let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 8)
                defer { whole.deallocate() }
                guard readPiece(index, into: whole) else { throw damage }
                wanted.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[skipped...].prefix(wanted.count)))
            }
            done += wanted.count
        }
    }

    /// Reads the whole payload.
    package func readAll() throws(ArtifactDamage) -> [UInt8] {
        var damage: ArtifactDamage?
        let bytes = [UInt8](unsafeUninitializedCapacity: payloadBytes) { buffer, count in
            do throws(ArtifactDamage) {
                let whole = UnsafeMutableRawBufferPointer(buffer)[..<payloadBytes]
                try read(into: UnsafeMutableRawBufferPointer(rebasing: whole), at: 0)
                count = payloadBytes
            } catch {
                damage = error
            }
        }
        if let damage { throw damage }
        return bytes
    }

    /// Whether the payload is what was written; reads it once in small pieces.
    package func isIntact() -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ArtifactLayout.pieceBytes, alignment: 8)
        defer { buffer.deallocate() }
        return (0..<layout.pieceCount).allSatisfy { index in
            readPiece(index, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<layout.piece(index).count]))
        }
    }

    /// It is not what it should be.
    package var damage: ArtifactDamage { ArtifactDamage(name: name, path: path) }

    /// Reads the whole of a piece; false where it is not what was written.
    private func readPiece(_ index: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        Self.readFully(descriptor, buffer, at: base + layout.payloadOffset + layout.piece(index).lowerBound)
            && ContentDigest(of: UnsafeRawBufferPointer(buffer)) == pieceDigests[index]
    }

    static func readFully(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
        DescriptorBytes.read(descriptor, into: buffer, at: offset) == buffer.count
    }
}
