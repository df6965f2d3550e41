import Benchmark
import PermutationStatistics
import SweepTestSupport

/// What a permutation of the null distribution takes, of 320 x 512 layers at n = 1024 and k = 10. A row is of 16 permutations, as many as
/// are counted at once: divided by 2,621,440 it is the time of a pair and permutation.
enum PermutationBenchmarks {
    private static let (n, k, rows, columns, permutations) = (1024, 10, 320, 512, 16)

    static func register() {
        // Unrelated layers, and layers with neighbours in common, whose tables are smaller.
        for overlap in [0, 0.9] {
            Benchmark("mutual_knn of 320 x 512 layers, 16 permutations, overlap \(overlap)") { benchmark, null in
                for _ in benchmark.scaledIterations { blackHole(null.overlaps.commonCounts(null.permutations)) }
            } setup: {
                null(overlap: overlap)
            }
        }
        Benchmark("jaccard_knn of 320 x 512 layers, 16 permutations") { benchmark, null in
            for _ in benchmark.scaledIterations { blackHole(null.overlaps.jaccardSums(null.permutations)) }
        } setup: {
            null(overlap: 0)
        }
    }

    private static func null(overlap: Double) -> (overlaps: PermutedOverlaps, permutations: [SamplePermutation]) {
        let layers = RandomLists.indices(layers: rows + columns, n: n, k: k, overlap: overlap, seed: 1).map {
            RankedLists(sampleCount: n, reach: k, indices: $0)
        }
        let design = PermutationDesign(sampleCount: n)
        return (
            PermutedOverlaps(rows: Array(layers[..<rows]), columns: Array(layers[rows...]), k: k),
            (0..<permutations).map { design.permutation($0, seed: 1) }
        )
    }
}
