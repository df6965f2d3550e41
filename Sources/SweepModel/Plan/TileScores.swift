/// Scores of tiles of one block row, side by side: each tile's as `TileLayout` or `NullTileLayout` says, end to end, raw little-endian float64.
///
/// They travel and are kept without a plan, so nothing is promised of how many bytes there are: whoever reads numbers gives the plan, and
/// gets none where the bytes do not fit it.
package struct TileScores: Hashable, Sendable {
    package let row: Int
    package let columns: Range<Int>
    package let bytes: [UInt8]

    package init(row: Int, columns: Range<Int>, bytes: [UInt8]) {
        self.row = row
        self.columns = columns
        self.bytes = bytes
    }

    /// Of the tile at block (`row`, `column`), whose numbers stand in the order of `TileLayout` or `NullTileLayout`.
    package init(row: Int, column: Int, values: [Double]) {
        let size = MemoryLayout<Double>.size * values.count
        self.init(
            row: row, columns: column..<column + 1,
            bytes: [UInt8](unsafeUninitializedCapacity: size) { target, count in
                let target = UnsafeMutableRawBufferPointer(target)
                for (index, value) in values.enumerated() {
                    target.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: 8 * index, as: UInt64.self)
                }
                count = size
            })
    }

    /// Whether they are of tiles that are computed in `plan`, and as many bytes as these have.
    package func fits(_ plan: SweepPlan) -> Bool {
        plan.grid.contains(row: row, columns: columns)
            && columns.reduce(0) { $0 + Self.size(plan, row: row, column: $1) } == bytes.count
    }

    /// Those of some of the columns, as they are; nil where there are no such.
    package func part(_ part: Range<Int>, of plan: SweepPlan) -> TileScores? {
        if part == columns { return self }
        guard columns.lowerBound <= part.lowerBound, part.upperBound <= columns.upperBound,
            plan.grid.contains(row: row, columns: part)
        else { return nil }
        func size(_ columns: Range<Int>) -> Int { columns.reduce(0) { $0 + Self.size(plan, row: row, column: $1) } }
        let start = size(columns.lowerBound..<part.lowerBound)
        let end = start + size(part)
        return end <= bytes.count ? TileScores(row: row, columns: part, bytes: Array(bytes[start..<end])) : nil
    }

    /// Hands over one tile of scores after the other; false, and none, where they are no such, or do not fit `plan`.
    package func forEachTile(of plan: SweepPlan, _ body: (TileValues) throws -> Void) rethrows -> Bool {
        guard plan.grid.isOfScores(row), fits(plan) else { return false }
        var start = 0
        for column in columns {
            let layout = TileLayout(plan, row: row, column: column)
            let tile = TileValues(layout, numbers(layout.valueCount, from: start))
            start += MemoryLayout<Double>.size * layout.valueCount
            try body(tile)
        }
        return true
    }

    /// Hands over one tile of permutations after the other; false, and none, where they are no such, or do not fit `plan`.
    package func forEachNullTile(of plan: SweepPlan, _ body: (NullTileValues) throws -> Void) rethrows -> Bool {
        guard !plan.grid.isOfScores(row), fits(plan) else { return false }
        var start = 0
        for column in columns {
            guard let layout = NullTileLayout(plan, row: row, column: column) else { return false }
            let tile = NullTileValues(layout, numbers(layout.valueCount, from: start))
            start += MemoryLayout<Double>.size * layout.valueCount
            try body(tile)
        }
        return true
    }

    /// `count` float64 from byte `start` on.
    private func numbers(_ count: Int, from start: Int) -> [Double] {
        bytes.withUnsafeBytes { bytes in
            [Double](unsafeUninitializedCapacity: count) { target, initialized in
                for index in 0..<count {
                    let bits = bytes.loadUnaligned(fromByteOffset: start + 8 * index, as: UInt64.self)
                    target.initializeElement(at: index, to: Double(bitPattern: UInt64(littleEndian: bits)))
                }
                initialized = count
            }
        }
    }

    /// Bytes of the scores of one tile.
    private static func size(_ plan: SweepPlan, row: Int, column: Int) -> Int {
        MemoryLayout<Double>.size * plan.tileValueCount(row: row, column: column)
    }
}

/// The scores of one tile as numbers.
package struct TileValues: Sendable {
    package let layout: TileLayout
    private let values: [Double]

    fileprivate init(_ layout: TileLayout, _ values: [Double]) {
        self.layout = layout
        self.values = values
    }

    /// Hands over each matrix of `layout.matrices`: rows x columns, row-major, for as long as the call lasts.
    package func forEachMatrix(_ body: (TileLayout.Block, UnsafeBufferPointer<Double>) -> Void) {
        let size = layout.rows.count * layout.columns.count
        values.withUnsafeBufferPointer { values in
            for (index, block) in layout.matrices.enumerated() {
                body(block, UnsafeBufferPointer(rebasing: values[index * size..<(index + 1) * size]))
            }
        }
    }

    /// Hands over, for each curve of `layout.curves` and each k of it by its position, the maxima and the scores of the last layers: row
    /// models x column models, row-major.
    package func forEachCurve(
        _ body: (TileLayout.Block, _ position: Int, _ maxima: ArraySlice<Double>, _ lastLayers: ArraySlice<Double>) ->
            Void
    ) {
        let size = layout.rowModels.count * layout.columnModels.count
        var start = layout.matrixValueCount
        for (block, length) in zip(layout.curves, layout.curveLengths) {
            for position in 0..<length {
                body(block, position, values[start..<start + size], values[start + size..<start + 2 * size])
                start += 2 * size
            }
        }
    }

    /// Numbers of the best layer pair of each pair of models in a tile: row models x column models, row-major.
    package struct Best {
        /// Where the layer pair stands, from the tile's first row and column; -1 where there is none.
        package let rows: ArraySlice<Double>
        package let columns: ArraySlice<Double>
        /// So many of each pair of models, those of one pair together.
        package let values: ArraySlice<Double>
    }

    /// What subsamples say of the layer pairs of a tile under one metric, and of the best one of each pair of models (`TileLayout`).
    package struct Subsampled {
        /// Rows x columns, row-major.
        package let means: ArraySlice<Double>
        package let deviations: ArraySlice<Double>
        package let leftOut: ArraySlice<Double>
        /// The scores in each subsample.
        package let best: Best
    }

    /// Hands over what subsamples say, for each of `layout.subsampled`.
    package func forEachSubsampled(_ body: (TileLayout.Subsampled, Subsampled) -> Void) {
        let cells = layout.rows.count * layout.columns.count
        var next = layout.matrixValueCount + layout.curveValueCount
        for drawn in layout.subsampled {
            let (means, deviations, leftOut) = (take(cells, &next), take(cells, &next), take(cells, &next))
            body(
                drawn,
                Subsampled(means: means, deviations: deviations, leftOut: leftOut, best: best(drawn.count, &next)))
        }
    }

    /// Hands over the scores in galleries under each metric of `layout.galleries`: those of every size with k neighbours, and then with as large a
    /// share.
    package func forEachGallery(_ body: (_ metric: Int, Best) -> Void) {
        var next = layout.matrixValueCount + layout.curveValueCount + layout.subsampleValueCount
        for metric in layout.galleries { body(metric, best(2 * layout.gallerySizes, &next)) }
    }

    private func take(_ count: Int, _ next: inout Int) -> ArraySlice<Double> {
        defer { next += count }
        return values[next..<next + count]
    }

    private func best(_ count: Int, _ next: inout Int) -> Best {
        let pairs = layout.rowModels.count * layout.columnModels.count
        let (rows, columns) = (take(pairs, &next), take(pairs, &next))
        return Best(rows: rows, columns: columns, values: take(pairs * count, &next))
    }

    /// One score of the `matrix`-th of `layout.matrices`, by row and column of the tile.
    package func score(matrix: Int, row: Int, column: Int) -> Double {
        values[(matrix * layout.rows.count + row) * layout.columns.count + column]
    }
}
