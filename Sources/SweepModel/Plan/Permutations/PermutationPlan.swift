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

    /// With fewer no p is as small as 0.05; with the most it is down to one in a million.
    package static let counts = 19...1_000_000
}
