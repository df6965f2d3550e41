import AlignmentMetrics
import Benchmark
import LinearAlgebra
import SweepModel
import SweepTestSupport

/// Everything that is computed once for a layer, on one thread.
enum LayerBenchmarks {
    static func register() {
        let (n, d, k) = (1024, 768, 10)
        Benchmark("neighbours and Gram of a layer, n = 1024, d = 768") { benchmark, layer in
            for _ in benchmark.scaledIterations {
                blackHole(
                    try LayerArtifacts(
                        of: [LayerPart(layer, threshold: 2)], normalization: .l2,
                        request: ArtifactRequest([.neighbours, .gram], neighbourCount: k)))
            }
        } setup: {
            StoredMatrix.float16(SyntheticFeatures.float16(samples: n, width: d))
        }
    }
}

/// Features with a few directions that many samples share, as networks have them.
enum SyntheticFeatures {
    static func float16(samples: Int, width: Int) -> Matrix<UInt16> {
        var generator = SeededGenerator(seed: 1)
        let directions = (0..<8).map { _ in (0..<width).map { _ in generator.normal() } }
        let result = Matrix<UInt16>(rows: samples, columns: width, repeating: 0)
        for i in 0..<samples {
            let weights = directions.map { _ in generator.normal() / 4 }
            for j in 0..<width {
                let shared = zip(weights, directions).reduce(0) { $0 + $1.0 * $1.1[j] }
                result[i, j] = Float16(shared + generator.normal() / 2 + 0.1).bitPattern
            }
        }
        return result
    }
}
