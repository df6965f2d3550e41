internal import SweepModel

/// Scores expected of unrelated layers, where they differ from pair to pair.
package enum LayerChance {
    /// Biased CKA: tr K_c·tr L_c/((n - 1)‖K_c‖‖L_c‖), x layers x y layers, row-major (metrics.md).
    package static func cka(_ sweep: FinishedSweep) -> [Double] {
        let plan = sweep.plan
        let degrees = Double(plan.sampleCount - 1)
        return plan.xLayers.flatMap { x in
            plan.yLayers.map { y in sweep.layers[x].chanceFactor * sweep.layers[y].chanceFactor / degrees }
        }
    }
}
