internal import SweepModel

/// What is said of every layer, whatever the metrics.
package enum LayerDiagnostics {
    /// Of a layer all of whose rows are the same.
    static func constant(_ frame: LayerFrame) -> LayerSummary.Diagnostics {
        LayerSummary.Diagnostics(
            clippedShare: frame.clippedShare, isConstant: true, effectiveRank: .nan, meanCosine: frame.meanCosine)
    }

    /// Of a layer whose K_c has `diagonal` (n), and ‖K_c‖² = `squaredNorm`.
    static func of(_ frame: LayerFrame, diagonal: [Double], squaredNorm: Double) -> LayerSummary.Diagnostics {
        // (tr K_c)²/‖K_c‖²: how many directions share the variance, were it spread evenly over them.
        let trace = diagonal.reduce(0, +)
        let rank = trace * trace / squaredNorm
        return LayerSummary.Diagnostics(
            clippedShare: frame.clippedShare, isConstant: false, effectiveRank: rank, meanCosine: frame.meanCosine)
    }
}
