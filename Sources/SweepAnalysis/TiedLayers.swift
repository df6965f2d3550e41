package import SweepModel

/// Which layers have so many tied rows that the order of samples, not the features, decides their neighbours (metrics.md).
package enum TiedLayers {
    /// A layer with a larger share of tied rows is flagged.
    package static let limit = 0.01

    /// For each layer of the plan, whether it is flagged for `metric`; never for metrics without neighbours.
    package static func flags(_ sweep: FinishedSweep, metric: Metric) -> [Bool] {
        guard let k = metric.k, let position = sweep.plan.neighbourCounts.firstIndex(of: k) else {
            return sweep.layers.map { _ in false }
        }
        return sweep.layers.map { layer in
            layer.tiedShares.indices.contains(position) && layer.tiedShares[position] > limit
        }
    }
}
