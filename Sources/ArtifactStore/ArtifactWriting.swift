internal import ContentHash
internal import Foundation
package import SweepModel

extension ArtifactDirectory {
    /// Writes an artifact whose payload is `parts` end to end, whole or not at all.
    package func write(_ key: ArtifactKey, metadata: [UInt8], parts: [UnsafeRawBufferPointer]) throws(Complaint) {
        let destination = filePath(key.name)
        let (descriptor, temporary) = try createTemporary(for: key.name)
        var problem = Self.header(key, metadata, parts).withUnsafeBytes {
            DescriptorBytes.write($0, to: descriptor)
        }
        for part in parts where problem == 0 { problem = DescriptorBytes.write(part, to: descriptor) }
        if close(descriptor) != 0, problem == 0 { problem = errno }
        if problem == 0, rename(temporary, destination) != 0 { problem = errno }
        guard problem == 0 else {
            unlink(temporary)
            throw Self.failure("an artifact cannot be written", problem, at: path)
        }
    }

    /// A new file beside the one called `name`, open for writing, under a name that a tidying lease removes.
    func createTemporary(for name: String) throws(Complaint) -> (descriptor: Int32, path: String) {
        let destination = filePath(name)
        let temporary = "\(destination).\(getpid()).\(UInt32.random(in: .min ... .max)).partial"
        mkdir(URL(fileURLWithPath: destination).deletingLastPathComponent().path, 0o777)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure("an artifact cannot be created", errno, at: path) }
        return (descriptor, temporary)
    }

    private static func header(_ key: ArtifactKey, _ metadata: [UInt8], _ parts: [UnsafeRawBufferPointer]) -> [UInt8] {
        var pieces = PieceDigests()
        for part in parts { pieces.update(part) }
        let layout = ArtifactLayout(
            keyBytes: key.text.utf8.count, metadataBytes: metadata.count,
            payloadBytes: parts.reduce(0) { $0 + $1.count })
        let body = Array(key.text.utf8) + metadata + pieces.finish()
        return layout.start + ArtifactLayout.digest(start: layout.start, body: body).bytes + body
    }

    static func failure(_ what: String, _ code: Int32, at path: String) -> Complaint {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "free some space, or name another disk with --artifacts"
            default: "name a directory that you may write to with --artifacts"
            }
        return Complaint(.work, "\(what): \(String(cString: strerror(code)))", at: path, advice: advice)
    }
}
