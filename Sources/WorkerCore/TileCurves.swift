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
        let found =
            block.isReversed
            ? try NeighbourTile(tile.reversed).matrices(curve.kind, ks: curve.ks).map(tile.turned)
            : try NeighbourTile(tile).matrices(curve.kind, ks: curve.ks)
        let best = try BestLayers.of(layout, tile, ks: curve.ks, ignoresTies: ignoresTies)
        let last = (layout.rows.map { isLast(plan.xLayers[$0]) }, layout.columns.map { isLast(plan.yLayers[$0]) })
        var values: [Double] = []
        for (position, scores) in found.enumerated() {
            values += best[position].positions(scores).map { $0.map { scores[$0] } ?? .nan }
            values += lastLayers(scores, last.0, last.1)
        }
        return values
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
