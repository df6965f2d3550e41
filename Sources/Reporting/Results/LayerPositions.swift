internal import SweepAnalysis

/// Where the layers of a side are, by model and index.
struct LayerPositions {
    private var positions: [[Int: Int]]

    init(_ side: ScoredSide) {
        positions = side.models.map { _ in [:] }
        for (position, layer) in side.layers.enumerated() { positions[layer.model][layer.index] = position }
    }

    subscript(model: Int, index: Int) -> Int? { positions[model][index] }

    /// The position of each model's last layer, all layers side by side left out.
    var last: [Int?] {
        positions.map { layers in
            layers.filter { $0.key != ScoredLayer.concatenation }.max { $0.key < $1.key }?.value
        }
    }

    /// X x Y: the layers that attain each maximum, as positions on their sides; nil where there is none, or where the file does not say.
    static func best(_ metric: ScoredMetric, _ sweep: SweepScores) -> [(row: Int, column: Int)?] {
        let (rows, columns) = (LayerPositions(sweep.x), LayerPositions(sweep.y))
        let width = sweep.y.models.count
        return metric.scores.indices.map { cell in
            guard metric.bestXLayers.indices.contains(cell), metric.bestYLayers.indices.contains(cell),
                let row = rows[cell / width, metric.bestXLayers[cell]],
                let column = columns[cell % width, metric.bestYLayers[cell]]
            else { return nil }
            return (row, column)
        }
    }

    /// X x Y: what `layerValues`, LX x LY, say of these layers; NaN where there are none.
    static func ofBest(_ layerValues: [Double], _ metric: ScoredMetric, _ sweep: SweepScores) -> [Double] {
        best(metric, sweep).map { $0.map { layerValues[$0.row * sweep.y.layers.count + $0.column] } ?? .nan }
    }
}
