internal import CoordinatorCore
internal import SweepJournal
internal import SweepModel

/// A block of scores as the journal has it.
struct StoredTile: Sendable {
    let row: Int
    let columns: Range<Int>
    let scores: [UInt8]

    /// The scores of one tile of the block; none where the block is damaged.
    func bytes(ofColumn column: Int, _ plan: SweepPlan) -> [UInt8] {
        var start = 0
        for other in columns {
            let count = 8 * plan.tileValueCount(row: row, column: other)
            if other == column, start + count <= scores.count { return Array(scores[start..<start + count]) }
            start += count
        }
        return []
    }
}

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
    func read(from journal: SweepJournal, completion: @escaping @Sendable ([UInt8]?) -> Void) {
        var places: Set<Place> = []
        for x in source.rows { for y in source.columns { places.insert(place(x, y)) } }
        if plan.isSymmetric { for x in source.columns { for y in source.rows { places.insert(place(x, y)) } } }
        let ordered = places.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        read(ordered[...], [:], journal, completion)
    }

    private func read(
        _ places: ArraySlice<Place>, _ found: [Place: [UInt8]], _ journal: SweepJournal,
        _ completion: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        guard let place = places.first else { return completion(assemble(found)) }
        journal.readScores(of: source.donor, row: place.row, column: place.column) { result in
            guard case .success(let block?) = result else { return completion(nil) }
            let tile = StoredTile(row: block.row, columns: block.columns, scores: block.scores)
            let bytes = tile.bytes(ofColumn: place.column, donor)
            guard !bytes.isEmpty else { return completion(nil) }
            var found = found
            found[place] = bytes
            read(places.dropFirst(), found, journal, completion)
        }
    }

    private func assemble(_ tiles: [Place: [UInt8]]) -> [UInt8]? {
        let layout = TileLayout(plan, row: row, column: column)
        let layouts = Dictionary(
            uniqueKeysWithValues: tiles.keys.map { ($0, TileLayout(donor, row: $0.row, column: $0.column)) })
        var scores: [UInt8] = []
        scores.reserveCapacity(8 * layout.matrixValueCount)
        for block in layout.matrices {
            let metric = plan.metrics[block.position]
            guard let position = donor.metrics.firstIndex(of: metric) else { return nil }
            for x in source.rows {
                for y in source.columns {
                    let (a, b) = block.isReversed ? (y, x) : (x, y)
                    guard let value = value(position, metric, a, b, tiles, layouts) else { return nil }
                    scores += value
                }
            }
        }
        return scores
    }

    /// The 8 bytes of one score of the donor.
    private func value(
        _ metric: Int, _ kind: Metric, _ x: Int, _ y: Int, _ tiles: [Place: [UInt8]], _ layouts: [Place: TileLayout]
    ) -> ArraySlice<UInt8>? {
        let place = place(x, y)
        guard let bytes = tiles[place], let layout = layouts[place] else { return nil }
        let isMirrored = donor.isSymmetric && x / TileGrid.edge > y / TileGrid.edge
        let (r, c) = isMirrored ? (y % TileGrid.edge, x % TileGrid.edge) : (x % TileGrid.edge, y % TileGrid.edge)
        let isReversed = isMirrored && !kind.kind.isSymmetric
        guard let block = layout.matrices.firstIndex(of: .init(position: metric, isReversed: isReversed)) else {
            return nil
        }
        let start = 8 * ((block * layout.rows.count + r) * layout.columns.count + c)
        return start + 8 <= bytes.count ? bytes[start..<start + 8] : nil
    }
}
