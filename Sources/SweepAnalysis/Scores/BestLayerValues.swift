internal import SweepModel

/// Numbers of the layer pair that attains each pair of models' maximum, put together from tiles of which each knows its own best.
struct BestLayerValues: Sendable {
    /// x models x y models x numbers of each; NaN where there is none.
    private(set) var values: [Double]
    /// x models x y models: the layer pair, by its row and column; nil where there is none.
    private(set) var cells: [(row: Int, column: Int)?]
    private let count: Int
    private let width: Int
    private let layerWidth: Int
    private let isMirrored: Bool

    /// For metric `metric` of the plan, `count` numbers a pair.
    init(metric: Int, count: Int, plan: SweepPlan) {
        self.count = count
        width = plan.yModels.count
        layerWidth = plan.yLayers.count
        isMirrored = plan.isSymmetric && plan.metrics[metric].kind.isSymmetric
        let pairs = plan.xModels.count * width
        cells = Array(repeating: nil, count: pairs)
        values = Array(repeating: .nan, count: pairs * count)
    }

    /// Takes in what one tile says where no other tile has a better layer pair; of equal ones the first counts, as for the maximum itself
    /// (`ModelScores`).
    /// - Parameter scores: x layers x y layers, the tile's own among them.
    mutating func merge(_ found: TileValues.Best, _ layout: TileLayout, scores: [Double]) {
        var pair = 0
        for x in layout.rowModels {
            for y in layout.columnModels {
                defer { pair += 1 }
                // Of mirror images the one with x first decides.
                guard !isMirrored || x <= y else { continue }
                let row = found.rows[found.rows.startIndex + pair]
                let column = found.columns[found.columns.startIndex + pair]
                // A worker's numbers are not trusted to be positions.
                guard (0..<Double(layout.rows.count)).contains(row), (0..<Double(layout.columns.count)).contains(column)
                else { continue }
                let start = found.values.startIndex + pair * count
                raise(
                    x, y, row: layout.rows.lowerBound + Int(row), column: layout.columns.lowerBound + Int(column),
                    found.values[start..<start + count], scores)
            }
        }
    }

    private mutating func raise(
        _ x: Int, _ y: Int, row: Int, column: Int, _ values: ArraySlice<Double>, _ scores: [Double]
    ) {
        let pair = x * width + y
        if let known = cells[pair] {
            let (old, new) = (scores[known.row * layerWidth + known.column], scores[row * layerWidth + column])
            guard new > old || (new == old && (row, column) < (known.row, known.column)) else { return }
        }
        cells[pair] = (row, column)
        self.values.replaceSubrange(pair * count..<(pair + 1) * count, with: values)
        guard isMirrored, x != y else { return }
        let mirrored = y * width + x
        cells[mirrored] = (column, row)
        self.values.replaceSubrange(mirrored * count..<(mirrored + 1) * count, with: values)
    }
}
