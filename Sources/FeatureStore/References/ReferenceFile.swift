internal import ContentHash
internal import Foundation
package import SweepModel
internal import Synchronization

/// An open file of references (Schemas/references.md): what scoring against published models takes, and none of their features.
///
/// A tar archive, so that anybody's tools open it: the SHA-256 of every member, the manifest, the artifacts. Nothing in it is believed before
/// its digest was found to be the one in the list; the list's own digest is what the file is known by.
package final class ReferenceFile: Sendable {
    package let path: String
    package let manifest: ReferenceManifest
    /// The SHA-256 of the list of digests.
    package let digest: String
    /// The file as the system knows it.
    let identity: StoreIdentity
    private let descriptor: Int32
    /// By the name of an artifact: where its file begins, its length and its SHA-256.
    private let places: [String: Place]

    package struct Place: Sendable {
        package let offset: Int
        package let bytes: Int
        let digest: String
    }

    static let listName = "SHA256SUMS"
    static let manifestName = "references.json"
    static func memberName(_ artifact: String) -> String { "artifacts/\(artifact)" }

    /// Lists and manifests that are longer, and manifests of more texts and numbers, are neither written nor read: what is within can be
    /// looked at in seconds.
    static let largestText = 64 << 20
    private static let mostValues = 6_000_000
    /// The file that was opened last: every layer asks for it.
    private static let latest = Mutex<ReferenceFile?>(nil)

    /// Opens the file at `path`, or finds it open and as it was.
    package static func open(_ path: String) throws(Complaint) -> ReferenceFile {
        if let known = latest.withLock({ $0 }), known.path == path, StoreIdentity(path: path) == known.identity {
            return known
        }
        let file = try ReferenceFile(path)
        latest.withLock { $0 = file }
        return file
    }

    private init(_ path: String) throws(Complaint) {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Complaint(
                .request, "the references cannot be read: \(String(cString: strerror(errno)))", at: path,
                advice: "check the path, and that you may read it")
        }
        do throws(Complaint) {
            guard let identity = StoreIdentity(descriptor: descriptor) else {
                throw Self.damaged(path, "its state cannot be found out")
            }
            let opened = try Opening(descriptor, path, fileBytes: identity.bytes)
            manifest = opened.manifest
            digest = opened.digest
            places = opened.places
            self.identity = identity
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Throws where the file of an artifact is not the one that was published.
    package func check(_ artifact: ReferenceManifest.Artifact) throws(Complaint) {
        guard let place = places[artifact.name] else {
            throw Self.damaged(path, "artifact \(artifact.name) is missing")
        }
        let bytes = try Self.read(descriptor, path, place.offset, place.bytes)
        guard StrongDigest(of: bytes).description == place.digest else {
            throw Self.damaged(path, "artifact \(artifact.name) has another SHA-256 than the list says")
        }
    }

    /// Where the file of an artifact lies in this one.
    package func place(of artifact: ReferenceManifest.Artifact) -> Place? { places[artifact.name] }

    static func damaged(_ path: String, _ why: String) -> Complaint {
        Complaint(
            .request, "the references are damaged: \(why)", at: path,
            advice: "get the file again; SHA256SUMS inside it says what each part has to be")
    }

    fileprivate static func read(
        _ descriptor: Int32, _ path: String, _ offset: Int, _ count: Int
    ) throws(Complaint) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = DescriptorBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        guard bytes.count == count else { throw damaged(path, "it ends early") }
        return bytes
    }

    /// Why a file of `text`, the bytes of `manifest`, would be refused when it is read; nil where it would not.
    static func refusal(of manifest: ReferenceManifest, _ text: [UInt8]) -> String? {
        let list = manifest.artifacts.count * longestLine
        guard text.count <= largestText, list <= largestText, let outline = JSONOutline(text, mostValues: mostValues)
        else {
            return
                "the manifest or the list of digests has more than \(largestText >> 20) MiB or \(mostValues.grouped) values"
        }
        return outline.hasUniqueKeys ? manifest.defect : "two names in it are the same to some readers"
    }

    /// Bytes of a line of the list, at most.
    private static let longestLine = 256

    /// Reads and checks all but the artifacts.
    private struct Opening {
        let manifest: ReferenceManifest
        let digest: String
        private(set) var places: [String: Place] = [:]

        init(_ descriptor: Int32, _ path: String, fileBytes: Int) throws(Complaint) {
            guard fileBytes >= TarHeader.bytes,
                let first = TarHeader(try ReferenceFile.read(descriptor, path, 0, TarHeader.bytes)),
                first.name == listName
            else {
                throw Complaint(
                    .request, "the file holds no references", at: path,
                    advice: "name a file that 'platonic bundle' made, or a feature store (*.h5)")
            }
            func member(_ name: String, at offset: Int) throws(Complaint) -> (bytes: [UInt8], end: Int) {
                guard fileBytes - offset >= TarHeader.bytes,
                    let header = TarHeader(try ReferenceFile.read(descriptor, path, offset, TarHeader.bytes)),
                    header.name == name, header.memberBytes <= fileBytes - offset - TarHeader.bytes
                else { throw damaged(path, "member \(name) is not where it has to be") }
                guard header.memberBytes <= largestText else {
                    throw damaged(path, "member \(name) has more than \(largestText >> 20) MiB")
                }
                let bytes = try ReferenceFile.read(descriptor, path, offset + TarHeader.bytes, header.memberBytes)
                return (bytes, offset + header.spanBytes)
            }
            let (list, listEnd) = try member(listName, at: 0)
            digest = StrongDigest(of: list).description
            guard let digests = Self.digests(list) else { throw damaged(path, "its list of digests cannot be read") }
            let (text, end) = try member(manifestName, at: listEnd)
            guard digests[manifestName] == StrongDigest(of: text).description else {
                throw damaged(path, "its manifest has another SHA-256 than the list says")
            }
            manifest = try Self.manifest(text, path)
            var offset = end
            for artifact in manifest.artifacts {
                let header = TarHeader(name: memberName(artifact.name), memberBytes: artifact.bytes)
                guard let digest = digests[header.name], fileBytes - offset >= header.spanBytes,
                    try ReferenceFile.read(descriptor, path, offset, TarHeader.bytes) == header.encoded
                else { throw damaged(path, "artifact \(artifact.name) is not where it has to be") }
                places[artifact.name] = Place(offset: offset + TarHeader.bytes, bytes: artifact.bytes, digest: digest)
                offset += header.spanBytes
            }
            guard offset + 2 * TarHeader.bytes == fileBytes, digests.count == places.count + 1 else {
                throw damaged(path, "it has another length than its parts")
            }
        }

        /// As `sha256sum` writes them.
        private static func digests(_ list: [UInt8]) -> [String: String]? {
            guard !list.contains(0) else { return nil }
            var digests: [String: String] = [:]
            for line in String(decoding: list, as: UTF8.self).split(separator: "\n") {
                let parts = line.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, parts[0].count == 64, parts[1].hasPrefix(" "),
                    digests.updateValue(String(parts[0]), forKey: String(parts[1].dropFirst())) == nil
                else { return nil }
            }
            return digests
        }

        private static func manifest(_ text: [UInt8], _ path: String) throws(Complaint) -> ReferenceManifest {
            struct Head: Decodable {
                let format: String
                let version: Int
                let software: String
            }
            guard let outline = JSONOutline(text, mostValues: mostValues), outline.hasUniqueKeys else {
                throw damaged(path, "its manifest says one thing twice, or more than manifests may say")
            }
            guard let head = try? SortedJSON.value(Head.self, text), head.format == ReferenceManifest.formatName else {
                throw damaged(path, "its manifest is none")
            }
            guard head.version == ReferenceManifest.supportedVersion else {
                throw Complaint(
                    .request,
                    "the references have version \(head.version), written by \(head.software); this program reads version \(ReferenceManifest.supportedVersion)",
                    at: path, advice: "use a newer platonic")
            }
            guard let manifest = try? SortedJSON.value(ReferenceManifest.self, text) else {
                throw Complaint(
                    .request, "the manifest of the references cannot be understood, written by \(head.software)",
                    at: path,
                    advice: "use a newer platonic, or make the references again")
            }
            if let defect = manifest.defect { throw damaged(path, "its manifest contradicts itself: \(defect)") }
            return manifest
        }
    }
}
