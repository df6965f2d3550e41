/// Takes a tile in blocks of at most 64 x 64 layers: as many as a word has bits.
enum LayerBlocks {
    /// Puts together, for each of `count` matrices, what `block` finds for ranges of rows and columns: rows x columns, row-major.
    static func matrices<Value>(
        _ count: Int, rows: Int, columns: Int, zero: Value, _ block: (Range<Int>, Range<Int>) -> [[Value]]
    ) -> [[Value]] {
        let edge = UInt64.bitWidth
        if (1...edge).contains(rows), (1...edge).contains(columns) { return block(0..<rows, 0..<columns) }
        var result = (0..<count).map { _ in [Value](repeating: zero, count: rows * columns) }
        for top in stride(from: 0, to: rows, by: edge) {
            for left in stride(from: 0, to: columns, by: edge) {
                let (down, across) = (top..<min(top + edge, rows), left..<min(left + edge, columns))
                for (position, values) in block(down, across).enumerated() {
                    for (r, row) in down.enumerated() {
                        for (c, column) in across.enumerated() {
                            result[position][row * columns + column] = values[r * across.count + c]
                        }
                    }
                }
            }
        }
        return result
    }
}
