internal import Figures
internal import SweepAnalysis

/// The layer pairs of one pair of models under one metric.
struct LayerPair: Sendable {
    /// Positions in the sides' models.
    let x: Int
    let y: Int
    /// Positions in the sides' layers.
    let rows: [Int]
    let columns: [Int]
    /// Rows x columns, row-major.
    let values: [Double]
    /// The standard deviation of the finite values; 0 of fewer than two.
    let spread: Double

    init(_ metric: ScoredMetric, _ sweep: SweepScores, x: Int, y: Int, rows: [Int], columns: [Int]) {
        (self.x, self.y, self.rows, self.columns) = (x, y, rows, columns)
        let width = sweep.y.layers.count
        values = rows.flatMap { row in columns.map { metric.layerScores[row * width + $0] } }
        spread = SampleMean.of(values).value?.standardDeviation ?? 0
    }

    /// The cell that attains the maximum over layers, which leaves out tied layers.
    func best(_ metric: ScoredMetric, _ sweep: SweepScores) -> (row: Int, column: Int)? {
        let cell = x * sweep.y.models.count + y
        guard metric.bestXLayers.indices.contains(cell), metric.bestYLayers.indices.contains(cell),
            let row = rows.firstIndex(where: { sweep.x.layers[$0].index == metric.bestXLayers[cell] }),
            let column = columns.firstIndex(where: { sweep.y.layers[$0].index == metric.bestYLayers[cell] })
        else { return nil }
        return (row, column)
    }

    /// Above so many layers on a side their names would make the heatmap larger than a page: indices stand for them.
    private static let mostNames = 48

    /// One side of the heatmap: layers by index and name.
    static func side(_ title: String, _ layers: [ScoredLayer]) -> HeatmapChart.Side {
        if layers.count > mostNames, !layers.contains(where: { $0.index == ScoredLayer.concatenation }) {
            return .init(title, numbers: layers.map(\.index))
        }
        return .init(title, names: layers.map(LayerNames.tick))
    }
}
