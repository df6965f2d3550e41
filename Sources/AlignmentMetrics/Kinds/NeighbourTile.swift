package import SweepModel

/// Scores of a tile under neighbour metrics, of runs of layers whose lists fit into memory.
package struct NeighbourTile {
    private let tile: ArtifactTile

    /// An entry of a list in memory: an index and a similarity, and as much again for what metrics derive from them.
    package static let bytesPerNeighbour = 24

    package init(_ tile: ArtifactTile) { self.tile = tile }

    /// For each of `ks` (ascending) rows x columns scores; NaN where a layer has no lists.
    package func matrices(_ kind: MetricKind, ks: [Int]) throws -> [[Double]] {
        var scores = ks.map { _ in [Double](repeating: .nan, count: tile.rows.count * tile.columns.count) }
        for left in runs(tile.rows) {
            let a = Present(try neighbours(of: tile.rows[left]), from: left.lowerBound)
            for right in runs(tile.columns) {
                let b = Present(try neighbours(of: tile.columns[right]), from: right.lowerBound)
                let found = NeighbourScores.scores(
                    kind, rows: a.layers, columns: b.layers, ks: ks, variant: tile.plan.variant)
                for position in ks.indices {
                    for (r, row) in a.positions.enumerated() {
                        for (c, column) in b.positions.enumerated() {
                            scores[position][row * tile.columns.count + column] =
                                found[position][r * b.layers.count + c]
                        }
                    }
                }
            }
        }
        return scores
    }

    /// What `transform` makes of the lists of each of `layers`, the tile's rows or columns; nil for those that have none.
    package func map<Result>(_ layers: [TileLayer], _ transform: (LayerNeighbours?) -> Result) throws -> [Result] {
        try runs(layers).flatMap { try neighbours(of: layers[$0]).map(transform) }
    }

    private func neighbours(of layers: ArraySlice<TileLayer>) throws -> [LayerNeighbours?] {
        try tile.blocks.block(
            .neighbours, of: Array(layers), bytes: { $0.lists.indices.count * Self.bytesPerNeighbour }
        ) { try NeighbourLists($0, $1).map(LayerNeighbours.init) }
    }

    /// The layers by runs, of which two fit into memory with their lists: all at once but for very many samples or neighbours.
    private func runs(_ layers: [TileLayer]) -> [Range<Int>] {
        let layerBytes = tile.plan.listCount * (tile.plan.longestNeighbourList ?? 0) * Self.bytesPerNeighbour
        let length = max(1, tile.blocks.limitBytes / 2 / max(1, layerBytes))
        return stride(from: 0, to: layers.count, by: length).map { $0..<min($0 + length, layers.count) }
    }
}

/// Those of some layers that have neighbours, with their positions in the tile.
private struct Present {
    let layers: [LayerNeighbours]
    let positions: [Int]

    init(_ run: [LayerNeighbours?], from first: Int) {
        layers = run.compactMap(\.self)
        positions = run.indices.filter { run[$0] != nil }.map { first + $0 }
    }
}
