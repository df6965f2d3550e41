internal import SweepModel

/// The longest common subsequence of neighbour lists: mean over i of LCS(N_A(i), N_B(i))/k (`lcs_knn` of the released code, which
/// does not divide by k).
enum CommonSubsequences: NeighbourMetric {
    static var kind: MetricKind { .lcsKNN }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        let shares = shares(rows: rows, columns: columns, ks: ks)
        // The released code leaves the length as it is.
        guard variant == .reference else { return shares }
        return zip(ks, shares).map { k, scores in scores.map { $0 * Double(k) } }
    }

    private static func shares(rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int]) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, let longest = ks.last else { return [] }
        guard longest <= AlignedLists<Recurrence>.longestLists else {
            return ListComparison.scores(CommonSubsequenceScorer.self, rows: rows, columns: columns, ks: ks)
        }
        let (left, right) = (rows.map(\.lists), columns.map(\.lists))
        let lengths = LayerBlocks.matrices(ks.count, rows: rows.count, columns: columns.count, zero: 0) {
            AlignedLists<Recurrence>.sums(rows: left[$0], columns: right[$1], ks: ks)
        }
        return zip(ks, lengths).map { k, lengths in lengths.map { Double($0) / Double(n * k) } }
    }

    /// Values never fall and grow by at most one from a cell to the next: a bit where they do (Hyyrö 2004).
    private enum Recurrence: ListRecurrence {
        static var border: WordPair { WordPair() }

        @inline(__always)
        static func step(match: WordPair, top: inout WordPair, left: inout WordPair) -> WordPair {
            let (downward, rightward) = (left | match, top | match)
            let grows = downward | top
            (top, left) = (rightward & left.complement, downward & top.complement)
            return grows
        }
    }
}
