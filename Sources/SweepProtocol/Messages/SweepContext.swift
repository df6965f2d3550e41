package import SweepModel

/// The version of the messages between coordinator, workers and clients.
package let protocolVersion: UInt32 = 9

/// The version of the numbers: artifacts and scores of different versions never meet.
package let algorithmVersion: UInt32 = 7

/// Everything a worker needs to know of a sweep.
package struct SweepContext: Hashable, Sendable {
    package let plan: SweepPlan
    /// The digest of the joined sample ids in order, and the store whose order it is.
    package let sampleDigest: String
    package let sampleStore: String
    /// Where only some samples of that store are compared: their positions in it.
    package let samplePositions: [Int]?
    /// Where samples of one group are never each other's neighbours: the group of each joined sample.
    package let groups: [Int32]?
    package let clip: SweepSpec.Clip
    package let clipScope: SweepSpec.ClipScope
    package let normalize: SweepSpec.Normalization
    /// Whether layers with many tied rows may attain the maximum over layers.
    package let ignoresTies: Bool
    /// For each model the digest of what its store said of itself when the sweep was planned; empty where nothing is known of stores.
    package let storeDigests: [String]
    /// Where all workers see the planner's files: for each model what its store's state was known by. Empty otherwise.
    package let storeVersions: [String]

    package init(
        plan: SweepPlan, sampleDigest: String, sampleStore: String, samplePositions: [Int]? = nil,
        groups: [Int32]? = nil, clip: SweepSpec.Clip, clipScope: SweepSpec.ClipScope = .model,
        normalize: SweepSpec.Normalization, ignoresTies: Bool = false, storeDigests: [String] = [],
        storeVersions: [String] = []
    ) {
        self.plan = plan
        self.sampleDigest = sampleDigest
        self.sampleStore = sampleStore
        self.samplePositions = samplePositions
        self.groups = groups
        self.clip = clip
        self.clipScope = clipScope
        self.normalize = normalize
        self.ignoresTies = ignoresTies
        self.storeDigests = storeDigests
        self.storeVersions = storeVersions
    }
}
