internal import SweepModel

/// What subsamples say of one metric's scores: filled tile by tile, mirrored in a symmetric sweep (Schemas/metrics.md, *Intervals by
/// subsamples*).
package struct IntervalScores: Sendable {
    /// Position of the metric in the plan.
    package let metric: Int
    /// Subsamples B.
    package let count: Int
    /// x layers x y layers, row-major: the standard error of each score; NaN where it is not known.
    package private(set) var standardErrors: [Double]
    /// Likewise the share of samples that a subsample's score leaves out on average, since lists ran out.
    package private(set) var leftOut: [Double]
    /// x models x y models x subsamples: the scores of the layer pair that attains the maximum over all samples.
    package private(set) var replicates: [Double]
    /// x models x y models: that layer pair, by its row and column; nil where there is none.
    private var best: [(row: Int, column: Int)?]
    private let width: Int
    private let modelWidth: Int
    private let isMirrored: Bool

    init(metric: Int, plan: SweepPlan) {
        self.metric = metric
        count = plan.intervals?.count ?? 0
        width = plan.yLayers.count
        modelWidth = plan.yModels.count
        isMirrored = plan.isSymmetric && plan.metrics[metric].kind.isSymmetric
        standardErrors = Array(repeating: .nan, count: plan.xLayers.count * width)
        leftOut = standardErrors
        let pairs = plan.xModels.count * modelWidth
        best = Array(repeating: nil, count: pairs)
        replicates = Array(repeating: .nan, count: pairs * count)
    }

    /// Takes in what one tile says; the best of its layer pairs where no other tile has a better one.
    /// - Parameter scores: x layers x y layers, the tile's own among them.
    mutating func merge(_ found: TileValues.Interval, _ layout: TileLayout, scores: [Double]) {
        var next = 0
        for r in layout.rows {
            for c in layout.columns {
                put(found.standardErrors[found.standardErrors.startIndex + next], r, c, \.standardErrors)
                put(found.leftOut[found.leftOut.startIndex + next], r, c, \.leftOut)
                next += 1
            }
        }
        var pair = 0
        for x in layout.rowModels {
            for y in layout.columnModels {
                defer { pair += 1 }
                // Of mirror images the one with x first decides, as for the maximum itself (`ModelScores`).
                guard !isMirrored || x <= y else { continue }
                let row = found.bestRows[found.bestRows.startIndex + pair]
                let column = found.bestColumns[found.bestColumns.startIndex + pair]
                // A worker's numbers are not trusted to be positions.
                guard (0..<Double(layout.rows.count)).contains(row), (0..<Double(layout.columns.count)).contains(column)
                else { continue }
                let start = found.replicates.startIndex + pair * count
                raise(
                    x, y, row: layout.rows.lowerBound + Int(row), column: layout.columns.lowerBound + Int(column),
                    found.replicates[start..<start + count], scores)
            }
        }
    }

    private mutating func put(_ value: Double, _ r: Int, _ c: Int, _ matrix: WritableKeyPath<Self, [Double]>) {
        self[keyPath: matrix][r * width + c] = value
        if isMirrored { self[keyPath: matrix][c * width + r] = value }
    }

    private mutating func raise(
        _ x: Int, _ y: Int, row: Int, column: Int, _ values: ArraySlice<Double>, _ scores: [Double]
    ) {
        let cell = x * modelWidth + y
        if let known = best[cell] {
            let (old, new) = (scores[known.row * width + known.column], scores[row * width + column])
            guard new > old || (new == old && (row, column) < (known.row, known.column)) else { return }
        }
        best[cell] = (row, column)
        replicates.replaceSubrange(cell * count..<(cell + 1) * count, with: values)
        guard isMirrored, x != y else { return }
        let mirrored = y * modelWidth + x
        best[mirrored] = (column, row)
        replicates.replaceSubrange(mirrored * count..<(mirrored + 1) * count, with: values)
    }

    /// The standard error of the maximum of each pair of models, the layers that attain it held fixed: x models x y models.
    package var bestStandardErrors: [Double] {
        best.map { $0.map { standardErrors[$0.row * width + $0.column] } ?? .nan }
    }
}

extension FinishedSweep {
    /// What subsamples say of the scores of metric `position`; nil where it has no intervals.
    package func intervals(metric position: Int) -> IntervalScores? { table.intervals.first { $0.metric == position } }
}
