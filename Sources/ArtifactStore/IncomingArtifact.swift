package import ContentHash
internal import Foundation
package import SweepModel

/// An artifact's file that comes piece by piece: under a temporary name until it is whole and found to be what it claims.
package final class IncomingArtifact {
    package let name: String
    /// The length that the file will have.
    package let fileBytes: Int
    /// So much of it has come.
    package private(set) var receivedBytes = 0

    private let directory: ArtifactDirectory
    private let descriptor: Int32
    private let temporary: String

    /// Makes room under a temporary name beside the artifact called `name`.
    package init(_ name: String, fileBytes: Int, in directory: ArtifactDirectory) throws(Complaint) {
        precondition(ArtifactName.isValid(name), "the name would be part of a path")
        (descriptor, temporary) = try directory.createTemporary(for: name)
        self.name = name
        self.fileBytes = fileBytes
        self.directory = directory
    }

    deinit {
        close(descriptor)
        // Gone already where it was renamed.
        unlink(temporary)
    }

    /// Whether nothing more is to come.
    package var isWhole: Bool { receivedBytes == fileBytes }

    /// Takes in the next piece; false where its digest is another one, and the piece is wanted again.
    package func append(_ piece: [UInt8], digest: ContentDigest) throws(Complaint) -> Bool {
        guard piece.count <= fileBytes - receivedBytes, piece.withUnsafeBytes({ ContentDigest(of: $0) }) == digest
        else {
            return false
        }
        let problem = piece.withUnsafeBytes { DescriptorBytes.write($0, to: descriptor) }
        guard problem == 0 else {
            throw ArtifactDirectory.failure("an artifact cannot be written", problem, at: directory.path)
        }
        receivedBytes += piece.count
        return true
    }

    /// Gives the whole file its name, unless an artifact has it already; false where it is not what its name stands for.
    package func finish() throws(Complaint) -> Bool {
        guard isWhole, let file = ArtifactFile.open(path: temporary, name: name), file.isIntact() else {
            return false
        }
        if directory.isIntact(name) { return true }
        guard rename(temporary, directory.filePath(name)) == 0 else {
            throw ArtifactDirectory.failure("an artifact cannot be written", errno, at: directory.path)
        }
        return true
    }
}

extension ArtifactDirectory {
    /// Whether the artifact called `name` is there and nothing of it has changed.
    package func isIntact(_ name: String) -> Bool {
        ArtifactFile.open(name, in: self)?.isIntact() ?? false
    }
}
