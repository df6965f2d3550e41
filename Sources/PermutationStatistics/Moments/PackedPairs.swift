/// The entries above the diagonal of a symmetric matrix over n samples where they lie, row after row: n(n - 1)/2 values.
package struct PackedPairs {
    private enum Storage {
        case float32(UnsafeBufferPointer<Float>)
        case float64(UnsafeBufferPointer<Double>)
    }

    private let storage: Storage
    package let sampleCount: Int

    package init(_ entries: UnsafeBufferPointer<Float>, sampleCount: Int) {
        precondition(entries.count == sampleCount * (sampleCount - 1) / 2, "an entry a pair")
        storage = .float32(entries)
        self.sampleCount = sampleCount
    }

    package init(_ entries: UnsafeBufferPointer<Double>, sampleCount: Int) {
        precondition(entries.count == sampleCount * (sampleCount - 1) / 2, "an entry a pair")
        storage = .float64(entries)
        self.sampleCount = sampleCount
    }

    /// Copies the entries of `row` at `columns`, all beyond `row`, to `target`.
    @inline(__always)
    fileprivate func copy(row: Int, columns: Range<Int>, to target: UnsafeMutablePointer<Double>) {
        let start = row * (2 * sampleCount - row - 1) / 2 - row - 1 + columns.lowerBound
        switch storage {
        case .float32(let entries):
            for place in 0..<columns.count { target[place] = Double(entries[start + place]) }
        case .float64(let entries):
            for place in 0..<columns.count { target[place] = entries[start + place] }
        }
    }
}

/// A symmetric matrix A over n samples, given by packed entries and what centring adds to them: A_ij = `pairs`_ij + a_i + a_j for i ≠ j,
/// beside a diagonal of its own.
struct ShiftedPairs {
    let pairs: PackedPairs
    /// a (n).
    var shifts: [Double]
    /// A_ii (n).
    var diagonal: [Double]
    var sampleCount: Int { pairs.sampleCount }

    init(_ pairs: PackedPairs, shifts: [Double]? = nil, diagonal: [Double]? = nil) {
        let zeros = [Double](repeating: 0, count: pairs.sampleCount)
        self.pairs = pairs
        self.shifts = shifts ?? zeros
        self.diagonal = diagonal ?? zeros
    }

    /// Copies A_ij, j in `columns` and all beyond `row`, to `target`.
    @inline(__always)
    private func copy(row: Int, columns: Range<Int>, to target: UnsafeMutablePointer<Double>) {
        pairs.copy(row: row, columns: columns, to: target)
        shifts.withUnsafeBufferPointer { shifts in
            let shift = shifts[row]
            for place in 0..<columns.count { target[place] += shift + shifts[columns.lowerBound + place] }
        }
    }

    /// Calls `body` with every row i and its entries A_ij, j > i.
    func forEachRow(_ body: (_ row: Int, _ entries: UnsafeBufferPointer<Double>) -> Void) {
        let n = sampleCount
        withUnsafeTemporaryAllocation(of: Double.self, capacity: max(n, 1)) { scratch in
            guard let start = scratch.baseAddress else { return }
            for row in 0..<n {
                copy(row: row, columns: row + 1..<n, to: start)
                body(row, UnsafeBufferPointer(start: start, count: n - row - 1))
            }
        }
    }

    /// Copies the block of `rows` and `columns` to `target`, row-major: the same rows and columns, or columns beyond all rows.
    func copyBlock(rows: Range<Int>, columns: Range<Int>, to target: UnsafeMutablePointer<Double>) {
        let width = columns.count
        guard rows == columns else {
            for (place, row) in rows.enumerated() { copy(row: row, columns: columns, to: target + place * width) }
            return
        }
        for (place, row) in rows.enumerated() {
            target[place * width + place] = diagonal[row]
            copy(row: row, columns: row + 1..<columns.upperBound, to: target + place * width + place + 1)
        }
        // In squares, so that lines of the cache that are written to are written to the end.
        let side = 8
        for top in stride(from: 0, to: width, by: side) {
            for left in stride(from: 0, through: top, by: side) {
                for row in top..<min(top + side, width) {
                    for column in left..<min(left + side, row) {
                        target[row * width + column] = target[column * width + row]
                    }
                }
            }
        }
    }

    /// Σ_{j ≠ i} A_ij of every i (n).
    var rowSums: [Double] {
        var sums = [Double](repeating: 0, count: sampleCount)
        sums.withUnsafeMutableBufferPointer { sums in
            forEachRow { row, entries in
                var sum = 0.0
                for (place, entry) in entries.enumerated() {
                    sum += entry
                    sums[row + 1 + place] += entry
                }
                sums[row] += sum
            }
        }
        return sums
    }
}
