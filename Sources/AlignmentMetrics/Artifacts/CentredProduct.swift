internal import LinearAlgebra

/// K_c = X_c X_cᵀ, formed tile by tile above the diagonal in bounded memory; each tile serves its rows and its columns.
enum CentredProduct {
    /// Rows of a tile: up to this many samples the whole product is a single symmetric call.
    static let edge = 1024

    /// One tile of K_c: `values` holds rows `rows` x columns `columns`, row-major and contiguous.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
        let values: UnsafePointer<Float>
    }

    /// Calls `visit` once for every tile, both triangles: row ranges ascend, and within one the column ranges do not.
    /// A tile below the diagonal is the transpose of its twin and is visited right after it.
    static func forEachTile(of features: CentredFeatures, _ visit: (Tile) -> Void) {
        let n = features.matrix.rows
        let d = features.matrix.columns
        guard n > 0, let base = features.matrix.elements.baseAddress else { return }
        let largest = min(edge, n)
        let above = Matrix<Float>(rows: largest, columns: largest, repeating: 0)
        let below = Matrix<Float>(rows: n > edge ? largest : 0, columns: largest, repeating: 0)
        defer {
            above.keepAlive()
            below.keepAlive()
        }
        guard let values = above.elements.baseAddress else { return }
        for first in stride(from: 0, to: n, by: edge) {
            let rows = first..<min(first + edge, n)
            Products.symmetric(base + first * d, rows: rows.count, depth: d, into: values, stride: rows.count)
            mirror(values, size: rows.count)
            visit(Tile(rows: rows, columns: rows, values: values))
            for other in stride(from: first + edge, to: n, by: edge) {
                let columns = other..<min(other + edge, n)
                Products.transposed(
                    base + first * d, base + other * d, rows: rows.count, columns: columns.count, depth: d,
                    into: values, stride: columns.count)
                visit(Tile(rows: rows, columns: columns, values: values))
                guard let turned = below.elements.baseAddress else { return }
                transpose(values, rows: rows.count, columns: columns.count, into: turned)
                visit(Tile(rows: columns, columns: rows, values: turned))
            }
        }
    }

    private static let block = 32

    private static func mirror(_ values: UnsafeMutablePointer<Float>, size: Int) {
        forEachBlock(rows: size, columns: size) { rows, columns in
            for i in rows { for j in columns where j < i { values[i * size + j] = values[j * size + i] } }
        }
    }

    private static func transpose(
        _ values: UnsafePointer<Float>, rows: Int, columns: Int, into result: UnsafeMutablePointer<Float>
    ) {
        forEachBlock(rows: rows, columns: columns) { rowBlock, columnBlock in
            for j in columnBlock { for i in rowBlock { result[j * rows + i] = values[i * columns + j] } }
        }
    }

    /// Small blocks, so that both the rows read and the rows written stay in cache.
    private static func forEachBlock(rows: Int, columns: Int, _ body: (Range<Int>, Range<Int>) -> Void) {
        for i in stride(from: 0, to: rows, by: block) {
            for j in stride(from: 0, to: columns, by: block) {
                body(i..<min(i + block, rows), j..<min(j + block, columns))
            }
        }
    }
}
