import AlignmentMetrics
import Benchmark
import SweepModel
import SweepTestSupport

/// Neighbour metrics of a tile of 64 x 64 layers, n = 1024 and k = 10.
enum TileBenchmarks {
    private static let (layers, n, k) = (64, 1024, 10)

    static func register() {
        for kind in [MetricKind.mutualKNN, .cknna, .lcsKNN] {
            Benchmark("\(kind.rawValue), a tile of 64 x 64 layers") { benchmark, tile in
                for _ in benchmark.scaledIterations {
                    blackHole(
                        NeighbourScores.scores(
                            kind, rows: tile.rows, columns: tile.columns, ks: [k], variant: .exact))
                }
            } setup: {
                (rows: lists(seed: 1), columns: lists(seed: 2))
            }
        }
    }

    /// Lists of `layers` layers that take k of the same 2k neighbours of each sample, so that two of them have half in common.
    private static func lists(seed: UInt64) -> [LayerNeighbours] {
        var generator = SeededGenerator(seed: seed)
        let similarities = (0..<n).flatMap { _ in (0..<k).map { 1 - Double($0) / Double(k) } }
        return (0..<layers).map { _ in
            let indices = (0..<n).flatMap { i in
                (1...2 * k).shuffled(using: &generator).prefix(k).map { Int32(clamping: (i + 37 * $0) % n) }
            }
            return LayerNeighbours(
                NeighbourLists(
                    sampleCount: n, k: k, indices: indices, similarities: similarities,
                    tiedRows: Array(repeating: 0, count: k), rowMeans: Array(repeating: 0, count: n), grandMean: 0))
        }
    }
}
