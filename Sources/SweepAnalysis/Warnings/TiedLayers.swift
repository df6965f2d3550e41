package import SweepModel

/// Which layers have so many tied rows that the order of samples, not the features, decides their neighbours (Schemas/metrics.md, *Ties and
/// degenerate layers*).
package enum TiedLayers {
    /// For each layer of the plan, whether it is flagged for `metric`; never for metrics without neighbours.
    package static func flags(_ sweep: FinishedSweep, metric: Metric) -> [Bool] {
        guard let k = metric.k else { return sweep.layers.map { _ in false } }
        return sweep.layers.indices.map { (sweep.tiedShare(ofLayer: $0, k: k) ?? 0) > SweepPlan.tiedLimit }
    }
}

extension FinishedSweep {
    /// The share of tied rows of a layer of the plan at a single `k`; nil where it is not known.
    package func tiedShare(ofLayer layer: Int, k: Int) -> Double? {
        guard let shares = layers[layer]?.neighbourhood?.tiedShares,
            let position = plan.neighbourCounts.firstIndex(of: k), shares.indices.contains(position)
        else { return nil }
        return shares[position]
    }
}
