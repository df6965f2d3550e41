internal import Foundation
internal import SweepModel

/// An artifact's file as it lies on disk, header and all, to be handed over piece by piece.
package final class OutgoingArtifact {
    package let name: String
    package let fileBytes: Int
    private let descriptor: Int32

    /// Opens the artifact called `name`; nil where there is none. What is deleted meanwhile can be read to its end.
    package init?(_ name: String, in directory: ArtifactDirectory) {
        guard ArtifactName.isValid(name) else { return nil }
        let descriptor = open(directory.filePath(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else {
            close(descriptor)
            return nil
        }
        self.name = name
        self.descriptor = descriptor
        fileBytes = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Bytes `range` of the file; nil where they cannot be read.
    package func read(_ range: Range<Int>) -> [UInt8]? {
        var isComplete = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            isComplete = ArtifactFile.readFully(descriptor, UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
            count = isComplete ? range.count : 0
        }
        // Whoever holds a piece keeps the artifact from being the least recently used.
        if range.lowerBound == 0 { futimens(descriptor, nil) }
        return isComplete ? bytes : nil
    }
}
