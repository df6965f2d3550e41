/// Mutual k-NN for all k at once (Schemas/metrics.md, *Every k at once*), 64 x 64 layers by words.
///
/// Common to both lists from k on, but not before, are A's k-th neighbour where it is among B's first k and B's k-th where it is among A's
/// first k - 1. So ranks are gone through in order while one table of either side grows; the first kind is counted by bit position for a
/// row layer and 64 columns, the second for a column layer and 64 rows. Eight samples at a time have tables of their own, so that eight
/// words meet in every counter.
enum MutualNeighbourCurve {
    /// Ranks whose counters are held at a time (128 KiB of each side and rank); for further ranks the lists are gone through again.
    static let mostRanks = 256

    /// Σ_i |N_A(i) ∩ N_B(i)| of at most 64 x 64 layers, for each of `ks` (ascending).
    static func counts(
        rows: ArraySlice<NeighbourLists>, columns: ArraySlice<NeighbourLists>, ks: [Int]
    ) -> [[Int]] {
        guard let n = rows.first?.sampleCount, let longest = ks.last else { return [] }
        var totals = [Int](repeating: 0, count: rows.count * columns.count)
        var results: [[Int]] = []
        for first in stride(from: 0, to: longest, by: mostRanks) {
            let ranks = first..<min(first + mostRanks, longest)
            let pass = Pass(rows: rows, columns: columns, ranks: ranks, sampleCount: n)
            pass.run()
            for rank in ranks {
                pass.add(rank: rank, to: &totals)
                while results.count < ks.count, ks[results.count] == rank + 1 { results.append(totals) }
            }
        }
        return results
    }

    /// One way through the lists.
    private struct Pass {
        let rows: ArraySlice<NeighbourLists>
        let columns: ArraySlice<NeighbourLists>
        let ranks: Range<Int>
        let sampleCount: Int
        /// For each rank and row the new common neighbours that the row has there, by column; and the other way round.
        private let fromRows: PositionalCounts
        private let fromColumns: PositionalCounts

        init(
            rows: ArraySlice<NeighbourLists>, columns: ArraySlice<NeighbourLists>, ranks: Range<Int>, sampleCount: Int
        ) {
            self.rows = rows
            self.columns = columns
            self.ranks = ranks
            self.sampleCount = sampleCount
            fromRows = PositionalCounts(cells: ranks.count * rows.count)
            fromColumns = PositionalCounts(cells: ranks.count * columns.count)
        }

        func run() {
            let length = ranks.upperBound
            let (left, right) = (
                ListBlock(layers: rows.count, length: length), ListBlock(layers: columns.count, length: length)
            )
            let height = ListBlock.height
            let indexLimit = rows.first?.indexLimit ?? sampleCount
            let (inRows, inColumns) = (
                (0..<height).map { _ in LayerBits(sampleCount: indexLimit) },
                (0..<height).map { _ in LayerBits(sampleCount: indexLimit) }
            )
            defer { withExtendedLifetime((left, right, inRows, inColumns)) {} }
            for first in stride(from: 0, to: sampleCount, by: height) {
                let samples = first..<min(first + height, sampleCount)
                left.load(rows, samples: samples)
                right.load(columns, samples: samples)
                for s in 0..<samples.count {
                    inRows[s].mark(left, s, ranks: 0..<ranks.lowerBound)
                    inColumns[s].mark(right, s, ranks: 0..<ranks.lowerBound)
                }
                fromRows.reserve(samples.count)
                fromColumns.reserve(samples.count)
                let (rowWords, columnWords) = (inRows.map(\.words), inColumns.map(\.words))
                for rank in ranks {
                    let cell = rank - ranks.lowerBound
                    Self.mark(right, columnWords, rank: rank, samples: samples.count)
                    Self.count(left, columnWords, rank: rank, samples: samples.count, fromRows, cell * rows.count)
                    Self.count(right, rowWords, rank: rank, samples: samples.count, fromColumns, cell * columns.count)
                    Self.mark(left, rowWords, rank: rank, samples: samples.count)
                }
                for s in 0..<samples.count {
                    inRows[s].clear(left, s, count: length)
                    inColumns[s].clear(right, s, count: length)
                }
            }
        }

        private static func mark(
            _ block: ListBlock, _ words: [UnsafeMutablePointer<UInt64>], rank: Int, samples: Int
        ) {
            for s in 0..<samples {
                let words = words[s]
                for layer in 0..<block.layers {
                    words[Int(block.row(s, layer: layer)[rank])] |= 1 &<< UInt64(truncatingIfNeeded: layer)
                }
            }
        }

        private static func count(
            _ block: ListBlock, _ words: [UnsafeMutablePointer<UInt64>], rank: Int, samples: Int,
            _ counts: PositionalCounts, _ firstCell: Int
        ) {
            words.withUnsafeBufferPointer { words in
                let planes = counts.planes
                for layer in 0..<block.layers {
                    PositionalCounts.add(to: planes, cell: firstCell &+ layer, count: samples) { s in
                        words[s][Int(block.row(s, layer: layer)[rank])]
                    }
                }
            }
        }

        /// Adds the new common neighbours of `rank` to `totals`, rows x columns.
        func add(rank: Int, to totals: inout [Int]) {
            let cell = rank - ranks.lowerBound
            for row in 0..<rows.count {
                let found = fromRows.totals(cell: cell * rows.count + row, lanes: columns.count)
                for column in found.indices { totals[row * columns.count + column] += found[column] }
            }
            for column in 0..<columns.count {
                let found = fromColumns.totals(cell: cell * columns.count + column, lanes: rows.count)
                for row in found.indices { totals[row * columns.count + column] += found[row] }
            }
        }
    }
}
