/// What permutations say of the scores of model pairs under one metric, as results hold it (Schemas/metrics.md, *Calibration by
/// permutation*).
package struct ScoredCalibration: Sendable {
    /// One number for each pair of models, X x Y, row-major; NaN where there is none.
    package struct Values: Sendable {
        /// (1 + #{null ≥ observed})/(K + 1).
        package var p: [Double]
        /// Benjamini & Hochberg's q and Holm's adjusted p over unordered pairs of different networks.
        package var q: [Double]
        package var holm: [Double]
        /// What at most a share `level` of permutations exceeds.
        package var threshold: [Double]
        /// (score - threshold)/(1 - threshold), from 0 to 1; nil of statistics that have no largest value.
        package var calibrated: [Double]?
        /// p against the largest value of all pairs under the same permutation; nil in symmetric sweeps.
        package var familywise: [Double]?

        package init(
            p: [Double], q: [Double], holm: [Double], threshold: [Double], calibrated: [Double]? = nil,
            familywise: [Double]? = nil
        ) {
            self.p = p
            self.q = q
            self.holm = holm
            self.threshold = threshold
            self.calibrated = calibrated
            self.familywise = familywise
        }
    }

    /// Permutations K.
    package var permutations: Int
    /// Whole groups of samples changed places.
    package var permutesGroups: Bool
    /// The share of permutations that may exceed a threshold.
    package var level: Double
    package var values: [NullTable.Aggregate: Values]

    package init(
        permutations: Int, permutesGroups: Bool = false, level: Double = CalibratedScores.level,
        values: [NullTable.Aggregate: Values]
    ) {
        self.permutations = permutations
        self.permutesGroups = permutesGroups
        self.level = level
        self.values = values
    }
}
