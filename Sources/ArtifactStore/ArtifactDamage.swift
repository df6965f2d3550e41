internal import Foundation
package import SweepModel

/// An artifact is not what was written, or is not there: it can be made again.
package struct ArtifactDamage: Error, Hashable, Sendable {
    /// The artifact's name, and where its file is or should be.
    package let name: String
    package let path: String

    package init(_ name: String, in directory: ArtifactDirectory) {
        self.init(name: name, path: directory.filePath(name))
    }

    init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    /// What a person is told where making it again did not help.
    package var complaint: Complaint {
        Complaint(
            .work, "the artifact \(name) is missing or damaged, and making it again did not help", at: path,
            advice: "leave the directory alone while a sweep runs, and look at its disk; run the sweep again")
    }
}
