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
                tile()
            }
        }
    }

    /// The layers of both sides, which take half of their neighbours from a list in common.
    private static func tile() -> (rows: [LayerNeighbours], columns: [LayerNeighbours]) {
        let similarities = (0..<n).flatMap { _ in (0..<k).map { 1 - Double($0) / Double(k) } }
        let all = RandomLists.indices(layers: 2 * layers, n: n, k: k, overlap: 0.5, seed: 1).map { indices in
            LayerNeighbours(
                NeighbourLists(
                    sampleCount: n, k: k, indices: indices, similarities: similarities,
                    tiedRows: Array(repeating: 0, count: k), rowMeans: Array(repeating: 0, count: n), grandMean: 0))
        }
        return (Array(all[..<layers]), Array(all[layers...]))
    }
}
