internal import CoordinatorCore
internal import SweepJournal
internal import SweepModel

/// One tile's scores, put together from those of an earlier sweep in which the same layers stood elsewhere.
struct TileReuse: Sendable {
    let plan: SweepPlan
    let row: Int
    let column: Int
    let donor: SweepPlan
    let source: TileSource

    private struct Place: Hashable {
        let row: Int
        let column: Int
    }

    /// Where the donor has the scores of its layers `x` and `y`: only the upper triangle, if it is symmetric.
    private func place(_ x: Int, _ y: Int) -> Place {
        let (a, b) = (x / TileGrid.edge, y / TileGrid.edge)
        return donor.isSymmetric && a > b ? Place(row: b, column: a) : Place(row: a, column: b)
    }

    /// Reads what is needed and hands over the tile's scores; nil where something is missing.
    func read(from journal: SweepJournal, completion: @escaping @Sendable (TileScores?) -> Void) {
        var places: Set<Place> = []
        for x in source.rows { for y in source.columns { places.insert(place(x, y)) } }
        if plan.isSymmetric { for x in source.columns { for y in source.rows { places.insert(place(x, y)) } } }
        let ordered = places.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        read(ordered[...], [:], journal, completion)
    }

    private func read(
        _ places: ArraySlice<Place>, _ found: [Place: TileValues], _ journal: SweepJournal,
        _ completion: @escaping @Sendable (TileScores?) -> Void
    ) {
        guard let place = places.first else { return completion(assemble(found)) }
        journal.readScores(of: source.donor, row: place.row, column: place.column) { result in
            guard case .success(let block?) = result else { return completion(nil) }
            var found = found
            let tile = block.part(place.column..<place.column + 1, of: donor)
            guard tile?.forEachTile(of: donor, { found[place] = $0 }) == true else { return completion(nil) }
            read(places.dropFirst(), found, journal, completion)
        }
    }

    private func assemble(_ tiles: [Place: TileValues]) -> TileScores? {
        let layout = TileLayout(plan, row: row, column: column)
        var scores: [Double] = []
        scores.reserveCapacity(layout.matrixValueCount)
        for block in layout.matrices {
            let metric = plan.metrics[block.position]
            guard let position = donor.metrics.firstIndex(of: metric) else { return nil }
            for x in source.rows {
                for y in source.columns {
                    let (a, b) = block.isReversed ? (y, x) : (x, y)
                    guard let score = score(position, metric, a, b, tiles) else { return nil }
                    scores.append(score)
                }
            }
        }
        return TileScores(row: row, column: column, values: scores)
    }

    /// One score of the donor.
    private func score(_ metric: Int, _ kind: Metric, _ x: Int, _ y: Int, _ tiles: [Place: TileValues]) -> Double? {
        guard let tile = tiles[place(x, y)] else { return nil }
        let isMirrored = donor.isSymmetric && x / TileGrid.edge > y / TileGrid.edge
        let (r, c) = isMirrored ? (y % TileGrid.edge, x % TileGrid.edge) : (x % TileGrid.edge, y % TileGrid.edge)
        let isReversed = isMirrored && !kind.kind.isSymmetric
        return tile.layout.matrices.firstIndex(of: .init(position: metric, isReversed: isReversed)).map {
            tile.score(matrix: $0, row: r, column: c)
        }
    }
}
