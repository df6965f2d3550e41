package import SweepModel

/// One metric's scores of model pairs as functions of k: the maximum over layer pairs, and the last layers'.
package struct CurveScores: Sendable {
    package let curve: MetricCurve
    /// For each k x models x y models, row-major: the maximum over finite cells; NaN where there is none.
    package private(set) var scores: [[Double]]
    /// Likewise the score of the two last layers.
    package private(set) var lastLayers: [[Double]]
    private let width: Int
    private let isMirrored: Bool

    init(_ curve: MetricCurve, plan: SweepPlan) {
        self.curve = curve
        width = plan.yModels.count
        isMirrored = plan.isSymmetric && curve.kind.isSymmetric
        let empty = [Double](repeating: .nan, count: plan.xModels.count * width)
        scores = curve.ks.map { _ in empty }
        lastLayers = scores
    }

    /// Takes in what one tile adds at one k; a maximum does not depend on the order of tiles.
    mutating func merge(
        position: Int, maxima: ArraySlice<Double>, lastLayers: ArraySlice<Double>, _ layout: TileLayout,
        isReversed: Bool
    ) {
        merge(maxima, layout, isReversed: isReversed, into: &scores[position])
        merge(lastLayers, layout, isReversed: isReversed, into: &self.lastLayers[position])
    }

    private func merge(
        _ values: ArraySlice<Double>, _ layout: TileLayout, isReversed: Bool, into matrix: inout [Double]
    ) {
        var next = values.startIndex
        for row in layout.rowModels {
            for column in layout.columnModels {
                let value = values[next]
                next += 1
                guard !value.isNaN else { continue }
                let (x, y) = isReversed ? (column, row) : (row, column)
                raise(&matrix[x * width + y], to: value)
                if isMirrored { raise(&matrix[y * width + x], to: value) }
            }
        }
    }

    private func raise(_ cell: inout Double, to value: Double) { if !(cell >= value) { cell = value } }

    /// The curve as the variant has it: in released code a maximum starts at 0.
    package func scores(position: Int, variant: Variant) -> [Double] {
        curve.kind.variant(variant) == .reference ? scores[position].map { $0 < 0 ? 0 : $0 } : scores[position]
    }
}
