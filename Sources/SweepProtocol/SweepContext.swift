package import SweepModel

/// The version of the messages between coordinator and workers.
package let protocolVersion: UInt32 = 1

/// The version of the numbers: artifacts and scores of different versions never meet.
package let algorithmVersion: UInt32 = 1

/// Everything a worker needs to know of a sweep.
package struct SweepContext: Hashable, Sendable {
    package let plan: SweepPlan
    /// The directory for artifacts, and the token by which a worker sees that it is the same one.
    package let artifactDirectory: String
    package let artifactToken: String
    /// The digest of the joined sample ids in order, and the store whose order it is.
    package let sampleDigest: String
    package let sampleStore: String
    package let clip: SweepSpec.Clip
    package let normalize: SweepSpec.Normalization

    package init(
        plan: SweepPlan, artifactDirectory: String, artifactToken: String, sampleDigest: String, sampleStore: String,
        clip: SweepSpec.Clip, normalize: SweepSpec.Normalization
    ) {
        self.plan = plan
        self.artifactDirectory = artifactDirectory
        self.artifactToken = artifactToken
        self.sampleDigest = sampleDigest
        self.sampleStore = sampleStore
        self.clip = clip
        self.normalize = normalize
    }
}
