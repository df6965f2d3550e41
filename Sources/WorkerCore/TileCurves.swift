internal import AlignmentMetrics
internal import SweepModel

/// What a tile adds to the curves over k: for its model pairs the maximum over the layer pairs in it, and the last layers' score.
struct TileCurves {
    let layout: TileLayout
    let plan: SweepPlan
    let ignoresTies: Bool

    /// The values of `block`, in the order of `TileLayout`.
    func values(_ block: TileLayout.Block, of tile: ArtifactTile) throws -> [Double] {
        let curve = plan.curves[block.position]
        let neighbours = NeighbourTile(tile)
        let found =
            block.isReversed
            ? try NeighbourTile(tile.reversed).matrices(curve.kind, ks: curve.ks).map(tile.turned)
            : try neighbours.matrices(curve.kind, ks: curve.ks)
        let left = try neighbours.map(tile.rows) { layer in curve.ks.map { takesPart(layer, k: $0) } }
        let right = try neighbours.map(tile.columns) { layer in curve.ks.map { takesPart(layer, k: $0) } }
        let last = (layout.rows.map { isLast(plan.xLayers[$0]) }, layout.columns.map { isLast(plan.yLayers[$0]) })
        var values: [Double] = []
        for (position, scores) in found.enumerated() {
            values += maxima(scores, left.map { $0[position] }, right.map { $0[position] })
            values += lastLayers(scores, last.0, last.1)
        }
        return values
    }

    /// Whether a layer may attain a maximum: not where ties decide its neighbours.
    private func takesPart(_ layer: LayerNeighbours?, k: Int) -> Bool {
        guard let layer else { return false }
        return ignoresTies || layer.lists.tiedShare(atK: k) <= SweepPlan.tiedLimit
    }

    private func maxima(_ scores: [Double], _ rows: [Bool], _ columns: [Bool]) -> [Double] {
        let width = layout.columnModels.count
        var result = [Double](repeating: .nan, count: layout.rowModels.count * width)
        for r in rows.indices where rows[r] {
            for c in columns.indices where columns[c] {
                let score = scores[r * columns.count + c]
                let cell = layout.modelOfRow[r] * width + layout.modelOfColumn[c]
                if score.isFinite, !(result[cell] >= score) { result[cell] = score }
            }
        }
        return result
    }

    private func lastLayers(_ scores: [Double], _ rows: [Bool], _ columns: [Bool]) -> [Double] {
        let width = layout.columnModels.count
        var result = [Double](repeating: .nan, count: layout.rowModels.count * width)
        for r in rows.indices where rows[r] {
            for c in columns.indices where columns[c] {
                result[layout.modelOfRow[r] * width + layout.modelOfColumn[c]] = scores[r * columns.count + c]
            }
        }
        return result
    }

    private func isLast(_ layer: Int) -> Bool { plan.lastLayer(ofModel: plan.layers[layer].model) == layer }
}
