/// Subsamples on which a sweep finds its scores again (Schemas/metrics.md, *Intervals by subsamples* and *Splits*).
package struct SubsamplePlan: Hashable, Codable, Sendable {
    package enum Design: String, Codable, Sendable {
        /// Halves of the samples, each drawn anew: they say how far other samples would move a score.
        case halves
        /// Disjoint parts, which are all samples together.
        case parts
    }

    package let design: Design
    /// Subsamples, numbered from 0.
    package let count: Int
    /// The metrics that are scored again: positions in `SweepPlan.metrics`, ascending.
    package let metrics: [Int]
    /// What subsamples are drawn by.
    package let seed: UInt64
    /// How far neighbour lists go, so that the k first of a subsample are among them; 0 where no metric has lists.
    package let reach: Int

    package init(_ design: Design, count: Int, metrics: [Int], seed: UInt64, reach: Int) {
        self.design = design
        self.count = count
        self.metrics = metrics
        self.seed = seed
        self.reach = reach
    }

    /// How many there can be. With fewer than 20 halves a standard error is off by more than a sixth, with more than 2,000 nothing is gained.
    package static func counts(_ design: Design) -> ClosedRange<Int> {
        switch design {
        case .halves: 20...2000
        case .parts: 2...20
        }
    }

    /// Lists go no further: ranks are compared as 16-bit numbers.
    package static let longestReach = 65_534

    /// How far lists should go for subsamples of one in s = `share` samples, which come in groups of g: of sk + 4√(s(s - 1)kg) places k are in
    /// it, and four deviations more on average; at most `most`.
    package static func reach(k: Int, share: Int = 2, groupSize: Double = 1, most: Int) -> Int {
        let spread = 4 * (Double(share * (share - 1) * k) * max(1, groupSize)).squareRoot()
        return min(most, share * k + Int(spread.rounded(.up)))
    }

    /// What one subsample has one in so many samples of.
    package var share: Int { design == .halves ? 2 : count }
}

extension SubsamplePlan {
    /// Seconds of an ordinary core for the subsamples of so many layers' scores.
    package func seconds(of plan: SweepPlan, rows: Int, columns: Int) -> Double {
        let (n, m) = (Double(plan.sampleCount), Double(plan.sampleCount / share))
        let each = metrics.reduce(0.0) { sum, position in
            let metric = plan.metrics[position]
            guard let k = metric.k else {
                // Entries are looked up, centred and multiplied.
                return sum + m * m / 2 * (Double(rows + columns) * 2e-9 + Double(rows * columns) * 1e-11)
            }
            let lanes = metric.kind.definition.maskedLanes
            let width = (columns + lanes - 1) / lanes * lanes
            let perPlace = metric.kind.definition.maskedSecondsPerPlace ?? metric.kind.definition.secondsPerPlace
            return sum + m * Double(k) * perPlace * Double(rows * width) + n * Double((rows + columns) * reach) * 1e-9
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
