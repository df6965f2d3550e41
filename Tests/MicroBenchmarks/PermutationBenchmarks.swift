import Benchmark
import PermutationStatistics
import SweepTestSupport

/// What permutations and subsets take at n = 1024 and k = 10.
///
/// A row of a null distribution is of 320 x 512 layers and 16 permutations, as many as are counted at once: divided by 2,621,440 it is the
/// time of a layer pair and permutation.
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
        gallery()
    }

    /// A curve's table of the smallest subset that lists of 256 serve, and its use for a pair of layers with half their neighbours in
    /// common: with the tables of eight sizes.
    private static func gallery() {
        let reach = 256
        Benchmark("gallery table, n = 1024, m = 93, k = 10") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(GalleryTable(sampleCount: n, subsetSize: 93, k: k, reach: reach))
            }
        }
        Benchmark("gallery curve of a layer pair, n = 1024, 8 sizes, reach 256") { benchmark, curve in
            for _ in benchmark.scaledIterations {
                blackHole(GalleryCurve.scores(curve.layers[0], curve.layers[1], tables: curve.tables))
            }
        } setup: {
            (
                layers: RandomLists.indices(layers: 2, n: n, k: reach, overlap: 0.5, seed: 1).map {
                    RankedLists(sampleCount: n, reach: reach, indices: $0)
                },
                tables: [93, 128, 181, 256, 362, 512, 724, 1024].map {
                    GalleryTable(sampleCount: n, subsetSize: $0, k: k, reach: reach)
                }
            )
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
