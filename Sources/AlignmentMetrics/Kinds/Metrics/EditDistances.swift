internal import SweepModel

/// The edit distance of neighbour lists: 1 - mean over i of Levenshtein(N_A(i), N_B(i))/k (`edit_distance_knn` of the released code).
enum EditDistances: NeighbourMetric {
    static var kind: MetricKind { .editDistanceKNN }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, let longest = ks.last else { return [] }
        guard longest <= AlignedLists<Recurrence>.longestLists else {
            return ListComparison.scores(EditDistanceScorer.self, rows: rows, columns: columns, ks: ks)
        }
        let (left, right) = (rows.map(\.lists), columns.map(\.lists))
        let distances = LayerBlocks.matrices(ks.count, rows: rows.count, columns: columns.count, zero: 0) {
            AlignedLists<Recurrence>.sums(rows: left[$0], columns: right[$1], ks: ks)
        }
        return zip(ks, distances).map { k, distances in distances.map { 1 - Double($0) / Double(n * k) } }
    }

    /// Values rise or fall by at most one from a cell to the next (Ukkonen 1985; the words of Myers 1999 across pairs of lists, not along
    /// one).
    private enum Recurrence: ListRecurrence {
        struct Difference {
            var rises: WordPair
            var falls: WordPair
        }

        static var border: Difference { Difference(rises: ~WordPair(), falls: WordPair()) }

        @inline(__always)
        static func step(match: WordPair, top: inout Difference, left: inout Difference) -> WordPair {
            // The corner's value goes on for nothing where elements match or either side falls, and rises by one elsewhere.
            let (above, before) = (top, left)
            let grows = (match | above.falls | before.falls) ^ WordPair(repeating: .max)
            let (kept, keptAbove) = (grows & before.rises, grows & above.rises)
            top.rises = before.falls | (grows ^ kept)
            top.falls = before.rises ^ kept
            left.rises = above.falls | (grows ^ keptAbove)
            left.falls = above.rises ^ keptAbove
            return grows
        }
    }
}
