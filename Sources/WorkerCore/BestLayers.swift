internal import AlignmentMetrics
internal import SweepModel

/// Which layers of a tile may attain the maximum over the layer pairs of two models, and which do.
struct BestLayers {
    private let layout: TileLayout
    /// For each row and column of the tile.
    private let rows: [Bool]
    private let columns: [Bool]

    /// Of every layer.
    init(_ layout: TileLayout) {
        self.layout = layout
        rows = layout.rows.map { _ in true }
        columns = layout.columns.map { _ in true }
    }

    /// Of layers with neighbour lists, but those where ties decide these, for each of `ks`.
    static func of(
        _ layout: TileLayout, _ tile: ArtifactTile, ks: [Int], ignoresTies: Bool
    ) throws -> [BestLayers] {
        let neighbours = NeighbourTile(tile)
        func takePart(_ layers: [TileLayer]) throws -> [[Bool]] {
            try neighbours.map(layers) { layer in
                ks.map { k in layer.map { ignoresTies || $0.lists.tiedShare(atK: k) <= SweepPlan.tiedLimit } ?? false }
            }
        }
        let (rows, columns) = (try takePart(tile.rows), try takePart(tile.columns))
        return ks.indices.map { position in
            BestLayers(layout, rows: rows.map { $0[position] }, columns: columns.map { $0[position] })
        }
    }

    private init(_ layout: TileLayout, rows: [Bool], columns: [Bool]) {
        self.layout = layout
        self.rows = rows
        self.columns = columns
    }

    /// For each pair of models, row models x column models, the position of the best score among `scores`, rows x columns; the first of
    /// equal ones, nil where none is finite.
    func positions(_ scores: [Double]) -> [Int?] {
        let width = layout.columnModels.count
        var result = [Int?](repeating: nil, count: layout.rowModels.count * width)
        for r in rows.indices where rows[r] {
            for c in columns.indices where columns[c] {
                let position = r * columns.count + c
                let pair = layout.modelOfRow[r] * width + layout.modelOfColumn[c]
                guard scores[position].isFinite else { continue }
                if let best = result[pair], scores[best] >= scores[position] { continue }
                result[pair] = position
            }
        }
        return result
    }
}
