/// The subsamples on which a sweep finds its scores again, to say how far other samples would move them (Schemas/metrics.md, *Intervals by
/// subsamples*).
package struct IntervalPlan: Hashable, Codable, Sendable {
    /// Subsamples B, numbered from 0.
    package let count: Int
    /// The metrics that have intervals: positions in `SweepPlan.metrics`, ascending.
    package let metrics: [Int]
    /// What subsamples are drawn by.
    package let seed: UInt64
    /// How far neighbour lists go, so that the k first of a subsample are among them; 0 where no metric has lists.
    package let reach: Int

    package init(count: Int, metrics: [Int], seed: UInt64, reach: Int) {
        self.count = count
        self.metrics = metrics
        self.seed = seed
        self.reach = reach
    }

    /// With fewer subsamples a standard error is off by more than a sixth, with more nothing is gained.
    package static let counts = 20...2000

    /// How far lists should go for subsamples of half: 2k + 4√(2k·g) places, of which a half are in it give or take, where samples come in
    /// groups of g; at most `most`.
    package static func reach(k: Int, groupSize: Double = 1, most: Int) -> Int {
        min(most, 2 * k + Int((4 * (2 * Double(k) * max(1, groupSize)).squareRoot()).rounded(.up)))
    }
}

extension IntervalPlan {
    /// Seconds of an ordinary core for the subsamples of so many layers' scores.
    package func seconds(of plan: SweepPlan, rows: Int, columns: Int) -> Double {
        let n = Double(plan.sampleCount)
        let each = metrics.reduce(0.0) { sum, position in
            let metric = plan.metrics[position]
            guard let k = metric.k else {
                // A quarter of the entries are looked up, centred in three passes and multiplied.
                return sum + n * n / 8 * (Double(rows + columns) * 3e-9 + Double(rows * columns) * 1e-11)
            }
            let lanes = metric.kind.definition.maskedLanes
            let width = (columns + lanes - 1) / lanes * lanes
            let perPlace = metric.kind.definition.maskedSecondsPerPlace ?? metric.kind.definition.secondsPerPlace
            return sum + n / 2 * Double(k) * perPlace * Double(rows * width) + n / 2 * Double((rows + columns) * reach)
                * 2e-9
        }
        return each * Double(count)
    }
}

extension MetricKind {
    /// Whether scores of subsamples are computed in `variant`. Released code's neighbour lists are scored as the definition says, but for
    /// the maximum over layers.
    package func hasSubsamples(in variant: Variant) -> Bool {
        definition.subsampling != nil && (isNeighbourMetric || self.variant(variant) == .exact)
    }
}
