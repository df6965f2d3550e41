internal import SweepAnalysis

/// Where in LX x LY matrices the layers of each maximum stand.
enum BestLayerCells {
    /// X x Y: the cell of the layer pair that attains the maximum; nil where there is none, or where the file does not say.
    static func of(_ metric: ScoredMetric, _ sweep: SweepScores) -> [Int?] {
        let (x, y) = (positions(sweep.x), positions(sweep.y))
        let width = sweep.y.models.count
        return metric.scores.indices.map { cell in
            guard metric.bestXLayers.indices.contains(cell), metric.bestYLayers.indices.contains(cell),
                let row = x[[cell / width, metric.bestXLayers[cell]]],
                let column = y[[cell % width, metric.bestYLayers[cell]]]
            else { return nil }
            return row * sweep.y.layers.count + column
        }
    }

    /// The position of each layer by model and index.
    private static func positions(_ side: ScoredSide) -> [[Int]: Int] {
        Dictionary(side.layers.indices.map { ([side.layers[$0].model, side.layers[$0].index], $0) }) { first, _ in first
        }
    }
}
