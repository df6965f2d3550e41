internal import LinearAlgebra

/// K_c = X_c X_cᵀ, formed tile by tile above the diagonal in bounded memory; each tile serves its rows and its columns.
enum CentredProduct {
    /// Rows of a tile: up to this many samples the whole product is a single symmetric call.
    static let edge = 1024

    /// One tile of K_c, good while it is visited and free to be overwritten by then: row `rows[r]` begins at `values[r * stride]`.
    /// Of a tile on the diagonal only what lies above it is there.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
        let values: UnsafeMutablePointer<Float>
        let stride: Int

        var isOnDiagonal: Bool { rows == columns }
    }

    /// The bytes of a thread's tile buffer.
    static func bufferBytes(sampleCount: Int) -> Int {
        let largest = min(edge, sampleCount)
        return largest * stride(largest) * MemoryLayout<Float>.stride
    }

    /// Calls `visit` once for every tile, on `threads` threads at a time: first for those on the diagonal, then for those above.
    /// The tiles and their bits are the same for any number of threads.
    static func forEachTile(of features: CentredFeatures, threads: Int = 1, _ visit: (Tile) -> Void) {
        let n = features.matrix.rows
        let d = features.matrix.columns
        let blocks = (n + edge - 1) / edge
        let largest = min(edge, n)
        let stride = stride(largest)
        let workers = max(1, min(threads, blocks * (blocks + 1) / 2))
        let buffers = Matrix<Float>(unwrittenRows: workers, columns: largest * stride)
        defer { buffers.keepAlive() }
        guard n > 0, let base = features.matrix.elements.baseAddress else { return }
        func range(_ block: Int) -> Range<Int> { block * edge..<min((block + 1) * edge, n) }

        ThreadTeam.forEach(blocks, threads: workers) { worker, block in
            guard let values = buffers.row(worker).baseAddress else { return }
            let rows = range(block)
            Products.symmetric(base + rows.lowerBound * d, rows: rows.count, depth: d, into: values, stride: stride)
            visit(Tile(rows: rows, columns: rows, values: values, stride: stride))
        }
        let pairs = (0..<blocks).flatMap { above in (above + 1..<max(blocks, above + 1)).map { (above, $0) } }
        ThreadTeam.forEach(pairs.count, threads: workers) { worker, index in
            guard let values = buffers.row(worker).baseAddress else { return }
            let (rows, columns) = (range(pairs[index].0), range(pairs[index].1))
            Products.transposed(
                base + rows.lowerBound * d, base + columns.lowerBound * d, rows: rows.count, columns: columns.count,
                depth: d, into: values, stride: stride)
            visit(Tile(rows: rows, columns: columns, values: values, stride: stride))
        }
    }

    /// Rows a power of two apart would meet in few sets of the cache.
    private static func stride(_ columns: Int) -> Int { columns + 16 }
}
