/// Two words: the same 64 pairs of layers at two samples.
typealias WordPair = SIMD2<UInt64>

extension WordPair {
    /// All bits turned; `~` is compiled to one word after the other.
    @inline(__always)
    var complement: WordPair { self ^ WordPair(repeating: .max) }
}

/// A recurrence over the dynamic-programming matrix of two lists, for 64 pairs of lists at once: cells as words of differences between
/// neighbouring values.
protocol ListRecurrence {
    /// The difference along an edge of a cell, from top to bottom or from left to right.
    associatedtype Difference: BitwiseCopyable

    /// What the differences along the top and left border are.
    static var border: Difference { get }

    /// Goes through a cell whose lists have the same element where `match` has a bit: `top` and `left` become the differences along its
    /// bottom and its right edge. Returns where the value grows by one from its top left to its bottom right corner.
    static func step(match: WordPair, top: inout Difference, left: inout Difference) -> WordPair
}

/// Runs a `ListRecurrence` over all samples of at most 64 x 64 layers.
///
/// The cells of a row layer's list against those of 64 column layers are words, so that a cell costs a few operations for all of them:
/// less than the bit-parallel algorithms of one pair (`EditDistanceScorer`) as long as lists are no longer than a few hundred. The value for the
/// first k of both lists is the sum of what the first k cells of the diagonal grow by.
enum AlignedLists<Recurrence: ListRecurrence> {
    /// Longer lists are left to the algorithms of one pair: tables grow with the square of the length.
    static var longestLists: Int { 256 }

    /// Σ_i of the value for the first k of both lists, for each of `ks` (ascending): rows x columns, row-major.
    static func sums(
        rows: ArraySlice<NeighbourLists>, columns: ArraySlice<NeighbourLists>, ks: [Int]
    ) -> [[Int]] {
        guard let n = rows.first?.sampleCount, let longest = ks.last else { return [] }
        let (left, right) = (
            ListBlock(layers: rows.count, length: longest), ListBlock(layers: columns.count, length: longest)
        )
        let height = ListBlock.height
        let tables = (
            MatchTable(sampleCount: n, layers: columns.count, length: longest),
            MatchTable(sampleCount: n, layers: columns.count, length: longest)
        )
        let differences = Scratch(longest, repeating: Recurrence.border)
        /// Row layers x ranks x samples of a block.
        let growth = Scratch<WordPair>(rows.count * longest * height / 2, repeating: WordPair())
        let counts = PositionalCounts(cells: rows.count * longest)
        defer { withExtendedLifetime((left, right, tables, differences, growth, counts)) {} }
        for first in stride(from: 0, to: n, by: height) {
            let samples = first..<min(first + height, n)
            left.load(rows, samples: samples)
            right.load(columns, samples: samples)
            for s in stride(from: 0, to: samples.count, by: 2) {
                // At the end of an odd number of samples the last is aligned twice and counted once.
                let other = min(s + 1, samples.count - 1)
                tables.0.enter(right, s)
                tables.1.enter(right, other)
                for layer in 0..<rows.count {
                    align(
                        (left.row(s, layer: layer), left.row(other, layer: layer)), tables, length: longest,
                        differences.start, growth: growth.start + (layer * longest * height + s) / 2)
                }
                tables.0.clear(right, s)
                tables.1.clear(right, other)
            }
            counts.reserve(samples.count)
            let planes = counts.planes
            for cell in 0..<(rows.count * longest) {
                let words = UnsafeRawPointer(growth.start + cell * height / 2).assumingMemoryBound(to: UInt64.self)
                PositionalCounts.add(to: planes, cell: cell, count: samples.count) { words[$0] }
            }
        }
        return prefixSums(counts, rows: rows.count, columns: columns.count, ks: ks)
    }

    /// One list against 64, at two samples; what the diagonal grows by goes to every fourth pair of `growth`.
    ///
    /// Two rows of the matrix are gone through together: differences between them stay in registers, and the second does not wait for the first.
    @inline(__always)
    private static func align(
        _ lists: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>), _ tables: (MatchTable, MatchTable),
        length: Int, _ differences: UnsafeMutablePointer<Recurrence.Difference>, growth: UnsafeMutablePointer<WordPair>
    ) {
        let stride = ListBlock.height / 2
        for b in 0..<length { differences[b] = Recurrence.border }
        var a = 0
        while a &+ 1 < length {
            var upper = MatrixRow<Recurrence>(tables.0.row(lists.0[a]), tables.1.row(lists.1[a]))
            var lower = MatrixRow<Recurrence>(tables.0.row(lists.0[a &+ 1]), tables.1.row(lists.1[a &+ 1]))
            for b in 0..<a {
                _ = upper.step(b, &differences[b])
                _ = lower.step(b, &differences[b])
            }
            growth[a &* stride] = upper.step(a, &differences[a])
            _ = lower.step(a, &differences[a])
            a &+= 1
            _ = upper.step(a, &differences[a])
            growth[a &* stride] = lower.step(a, &differences[a])
            a &+= 1
            for b in a..<length {
                _ = upper.step(b, &differences[b])
                _ = lower.step(b, &differences[b])
            }
        }
        guard a < length else { return }
        var last = MatrixRow<Recurrence>(tables.0.row(lists.0[a]), tables.1.row(lists.1[a]))
        for b in 0..<a { _ = last.step(b, &differences[b]) }
        growth[a &* stride] = last.step(a, &differences[a])
    }

    private static func prefixSums(_ counts: PositionalCounts, rows: Int, columns: Int, ks: [Int]) -> [[Int]] {
        let longest = ks.last ?? 0
        var results = ks.map { _ in [Int]() }
        for row in 0..<rows {
            var totals = [Int](repeating: 0, count: columns)
            var position = 0
            for rank in 0..<longest {
                let found = counts.totals(cell: row * longest + rank, lanes: columns)
                for column in 0..<columns { totals[column] += found[column] }
                while position < ks.count, ks[position] == rank + 1 {
                    results[position] += totals
                    position += 1
                }
            }
        }
        return results
    }
}

/// A row of the dynamic-programming matrix on its way from left to right.
private struct MatrixRow<Recurrence: ListRecurrence> {
    private let first: UnsafeMutablePointer<UInt64>
    private let second: UnsafeMutablePointer<UInt64>
    private var left = Recurrence.border

    @inline(__always)
    init(_ first: UnsafeMutablePointer<UInt64>, _ second: UnsafeMutablePointer<UInt64>) {
        self.first = first
        self.second = second
    }

    @inline(__always)
    mutating func step(_ b: Int, _ top: inout Recurrence.Difference) -> WordPair {
        Recurrence.step(match: WordPair(first[b], second[b]), top: &top, left: &left)
    }
}
