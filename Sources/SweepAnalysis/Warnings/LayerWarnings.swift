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
        return warnings
    }

    private static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded() / 10
        return "\(tenths) %"
    }
}
