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

    /// Calls `visit` once for every tile of the product of `side` with itself, on `threads` threads at a time: first for those on the
    /// diagonal, then for those above. The tiles and their bits are the same for any number of threads.
    static func forEachTile(of side: CentredRows, threads: Int = 1, _ visit: (Tile) -> Void) {
        let blocks = blocks(of: side)
        let pairs = blocks.indices.flatMap { above in
            (above + 1..<max(blocks.count, above + 1)).map { (above, $0) }
        }
        let buffers = Buffers(largest: blocks.first?.count ?? 0, threads: min(threads, blocks.count + pairs.count))
        ThreadTeam.forEach(blocks.count, threads: buffers.count) { worker, index in
            guard let values = buffers[worker], let base = side.base(blocks[index]) else { return }
            let rows = blocks[index]
            Products.symmetric(
                base, rows: rows.count, depth: side.matrix.columns, into: values, stride: buffers.stride)
            visit(Tile(rows: rows, columns: rows, values: values, stride: buffers.stride))
        }
        ThreadTeam.forEach(pairs.count, threads: buffers.count) { worker, index in
            let (rows, columns) = (blocks[pairs[index].0], blocks[pairs[index].1])
            multiply(side, rows, side, columns, buffers, worker, visit)
        }
    }

    /// The same for every tile of the product of the rows `left` with other rows.
    static func forEachTile(of left: CentredRows, with right: CentredRows, threads: Int, _ visit: (Tile) -> Void) {
        let (rows, columns) = (blocks(of: left), blocks(of: right))
        let largest = max(rows.first?.count ?? 0, columns.first?.count ?? 0)
        let buffers = Buffers(largest: largest, threads: min(threads, rows.count * columns.count))
        ThreadTeam.forEach(rows.count * columns.count, threads: buffers.count) { worker, index in
            let pair = (rows[index / columns.count], columns[index % columns.count])
            multiply(left, pair.0, right, pair.1, buffers, worker, visit)
        }
    }

    private static func multiply(
        _ left: CentredRows, _ rows: Range<Int>, _ right: CentredRows, _ columns: Range<Int>, _ buffers: Buffers,
        _ worker: Int, _ visit: (Tile) -> Void
    ) {
        guard let values = buffers[worker], let a = left.base(rows), let b = right.base(columns) else { return }
        Products.transposed(
            a, b, rows: rows.count, columns: columns.count, depth: left.matrix.columns, into: values,
            stride: buffers.stride)
        visit(Tile(rows: rows, columns: columns, values: values, stride: buffers.stride))
    }

    private static func blocks(of side: CentredRows) -> [Range<Int>] {
        Swift.stride(from: side.samples.lowerBound, to: side.samples.upperBound, by: edge).map {
            $0..<min($0 + edge, side.samples.upperBound)
        }
    }

    /// Rows a power of two apart would meet in few sets of the cache.
    fileprivate static func stride(_ columns: Int) -> Int { columns + 16 }
}

/// A tile's room for each thread.
private final class Buffers {
    let stride: Int
    private let values: Matrix<Float>

    init(largest: Int, threads: Int) {
        stride = CentredProduct.stride(largest)
        values = Matrix(unwrittenRows: max(1, threads), columns: largest * stride)
    }

    var count: Int { values.rows }

    subscript(worker: Int) -> UnsafeMutablePointer<Float>? { values.row(worker).baseAddress }
}

extension CentredRows {
    /// Where the rows of `range`, some of the samples, begin.
    fileprivate func base(_ range: Range<Int>) -> UnsafePointer<Float>? {
        matrix.elements.baseAddress.map { UnsafePointer($0 + (range.lowerBound - samples.lowerBound) * matrix.columns) }
    }
}
