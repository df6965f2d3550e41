internal import SweepModel

/// What a reader should know of layers that are tied or constant.
package enum LayerWarnings {
    package static func of(_ sweep: FinishedSweep) -> [String] {
        var warnings: [String] = []
        for (index, layer) in sweep.layers.enumerated() {
            guard let layer else { continue }
            let label = sweep.plan.label(ofLayer: index)
            if layer.diagnostics.isConstant {
                let clipped = layer.diagnostics.clippedShare
                let cause = clipped > 0 ? " once \(percent(clipped)) of its values are clipped" : ""
                warnings.append("\(label): all rows are the same\(cause), so its scores are NaN")
            }
            if let share = layer.neighbourhood?.tiedShares.max(), share > SweepPlan.tiedLimit {
                let consequence =
                    if sweep.spec.keepTied {
                        "it takes part in the maximum because of keep_tied"
                    } else if sweep.spec.ignoresTies {
                        "it takes part in the maximum as in released code"
                    } else {
                        "it stays out of the maximum of neighbour metrics"
                    }
                warnings.append(
                    "\(label): \(percent(share)) of rows have tied neighbours (\(percent(layer.diagnostics.clippedShare)) of values clipped); \(consequence)"
                )
            }
        }
        return warnings + ranOut(sweep)
    }

    /// With a larger share left out, intervals are of other samples than the scores.
    private static let leftOutLimit = 0.01

    /// Metrics of whose subsamples many samples were left out, since their neighbour lists ran out.
    private static func ranOut(_ sweep: FinishedSweep) -> [String] {
        sweep.table.subsampled.compactMap { found in
            let most = found.leftOut.filter(\.isFinite).max() ?? 0
            guard most > leftOutLimit else { return nil }
            let metric = sweep.plan.metrics[found.drawn.metric].id
            let (what, one) = found.drawn.design == .halves ? ("intervals", "a subsample's") : ("splits", "a part's")
            return
                "\(what) of \(metric) leave out up to \(percent(most)) of \(one) samples, whose neighbour lists have fewer than k of it"
        }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded() / 10
        return "\(tenths) %"
    }
}
