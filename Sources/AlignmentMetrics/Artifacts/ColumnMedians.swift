internal import LinearAlgebra

/// The median of every column of a layer: a centre that a few rows cannot move, however large they are.
enum ColumnMedians {
    /// Columns are gathered as many at a time as fit into so many bytes: rows may have to be made again for each lot.
    private static let blockBytes = 16 << 20

    /// Upper medians of the columns of `layer` (d).
    static func of(_ layer: PreparedLayer) -> [Double] {
        let (n, d) = (layer.sampleCount, layer.width)
        let height = min(d, max(1, blockBytes / (MemoryLayout<Double>.stride * max(n, 1))))
        let scratch = Matrix<Double>(rows: 1, columns: d, repeating: 0)
        defer { scratch.keepAlive() }
        var result: [Double] = []
        guard let row = scratch.row(0).baseAddress, n > 0 else { return [Double](repeating: 0, count: d) }
        var columns = [[Double]](repeating: [Double](repeating: 0, count: n), count: height)
        for first in stride(from: 0, to: d, by: height) {
            let block = first..<min(first + height, d)
            for i in 0..<n {
                let values = layer.row(i, scratch: row)
                for j in block { columns[j - first][i] = values[j] }
            }
            for j in block { result.append(selectLargest(rank: n / 2, of: &columns[j - first])) }
        }
        return result
    }
}
