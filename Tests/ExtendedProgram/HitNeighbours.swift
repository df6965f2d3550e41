import AlignmentMetrics
import SweepModel

/// 1/n Σ_i [N_A(i) ∩ N_B(i) ≠ ∅].
enum HitNeighbours: NeighbourMetric {
    static var kind: MetricKind { .hitKNN }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        ks.map { k in rows.flatMap { row in columns.map { score(row.lists, $0.lists, k) } } }
    }

    private static func score(_ a: NeighbourLists, _ b: NeighbourLists, _ k: Int) -> Double {
        let hits = (0..<a.sampleCount).count { i in
            let other = Set(b.indices[(i * b.k)..<(i * b.k + k)])
            return a.indices[(i * a.k)..<(i * a.k + k)].contains(where: other.contains)
        }
        return Double(hits) / Double(a.sampleCount)
    }
}
