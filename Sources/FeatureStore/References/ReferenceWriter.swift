internal import ContentHash
internal import Foundation
package import SweepModel

/// Writes a file of references: the same bytes for the same manifest and artifacts, whoever writes it and when.
package struct ReferenceWriter {
    private let manifest: ReferenceManifest
    private let read: (ReferenceManifest.Artifact) throws -> [UInt8]

    /// - Parameter read: the whole file of an artifact.
    package init(_ manifest: ReferenceManifest, read: @escaping (ReferenceManifest.Artifact) throws -> [UInt8]) {
        self.manifest = manifest
        self.read = read
    }

    /// Makes a file at `path`, where there is none, and returns the digest by which it is known. What is half written is the caller's to remove.
    package func write(to path: String) throws -> String {
        let text = try SortedJSON.bytes(manifest)
        if let why = ReferenceFile.refusal(of: manifest, text) {
            throw Complaint(
                .request, "a file of these references could not be read again: \(why)", at: path,
                advice: "make several files of fewer models")
        }
        var lines = ["\(StrongDigest(of: text))  \(ReferenceFile.manifestName)"]
        for artifact in manifest.artifacts {
            lines.append("\(StrongDigest(of: try read(artifact)))  \(ReferenceFile.memberName(artifact.name))")
        }
        let list = Array((lines.joined(separator: "\n") + "\n").utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path, errno) }
        defer { close(descriptor) }
        func put(_ bytes: [UInt8]) throws {
            let problem = bytes.withUnsafeBytes { DescriptorBytes.write($0, to: descriptor) }
            guard problem == 0 else { throw FileError(path, problem) }
        }
        func put(_ name: String, _ bytes: [UInt8]) throws {
            let header = TarHeader(name: name, memberBytes: bytes.count)
            try put(header.encoded)
            try put(bytes)
            try put([UInt8](repeating: 0, count: header.spanBytes - TarHeader.bytes - bytes.count))
        }
        try put(ReferenceFile.listName, list)
        try put(ReferenceFile.manifestName, text)
        for artifact in manifest.artifacts { try put(ReferenceFile.memberName(artifact.name), try read(artifact)) }
        try put([UInt8](repeating: 0, count: 2 * TarHeader.bytes))
        return StrongDigest(of: list).description
    }

    /// Whether `file` is one that this wrote, whole or not: it begins with a list of digests, of which the first is that of a manifest.
    package static func isOwn(_ file: borrowing ExistingFile) -> Bool {
        guard let first = TarHeader(file.prefix(TarHeader.bytes)), first.name == ReferenceFile.listName,
            first.memberBytes <= ReferenceFile.largestText
        else { return false }
        let head = file.prefix(first.spanBytes + TarHeader.bytes)
        guard head.count == first.spanBytes + TarHeader.bytes,
            TarHeader(Array(head[first.spanBytes...]))?.name == ReferenceFile.manifestName
        else { return false }
        let line = head[TarHeader.bytes...].prefix { $0 != UInt8(ascii: "\n") }
        return line.count == 66 + ReferenceFile.manifestName.utf8.count
            && line.suffix(ReferenceFile.manifestName.utf8.count).elementsEqual(ReferenceFile.manifestName.utf8)
    }
}
