/// The permutations under which a sweep finds its scores again, to say what is to be expected of unrelated models (Schemas/metrics.md,
/// *Calibration by permutation*).
package struct PermutationPlan: Hashable, Codable, Sendable {
    /// Permutations K, numbered from 1; number 0 leaves every sample where it is.
    package let count: Int
    /// The metrics that are calibrated: positions in `SweepPlan.metrics`, ascending.
    package let metrics: [Int]
    /// What they are drawn by.
    package let seed: UInt64

    package init(count: Int, metrics: [Int], seed: UInt64) {
        self.count = count
        self.metrics = metrics
        self.seed = seed
    }

    /// So many permutations are asked for at most: p is down to one in a million by then.
    package static let most = 1_000_000
}
