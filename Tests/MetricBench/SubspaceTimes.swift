import LinearAlgebra
import SweepModel
import SweepTestSupport

@testable import AlignmentMetrics

/// svcca of a tile of layers from their bases, and what a basis takes.
struct SubspaceTimes {
    let samples: Int
    let width: Int
    let dimensions: Int

    func measure(_ stopwatch: Stopwatch) throws -> [BenchmarkRow] {
        let falling = SyntheticLayers.falling(samples: samples, width: width, seed: 1)
        let flat = SyntheticLayers.flat(samples: samples, width: width, seed: 2)
        let bases = try (0..<64).map { position in
            let layer = SyntheticLayers.falling(samples: samples, width: 4 * dimensions, seed: UInt64(3 + position))
            return try basis(of: layer)
        }
        let seconds = try stopwatch.seconds([
            { _ = try artifacts(of: falling, []) }, { _ = try basis(of: falling) }, { _ = try basis(of: flat) },
            {
                _ = try SubspaceAlignment.scores(
                    rows: bases, columns: bases, dimensions: [dimensions], sampleCount: samples)
            },
        ])
        let fallbacks = try [falling, flat].map { try basis(of: $0)?.isIterative == false ? 1.0 : 0 }
        return [
            BenchmarkRow(name: "fallbacks of the basis, falling spectrum", value: fallbacks[0], unit: ""),
            BenchmarkRow(name: "fallbacks where no direction stands out", value: fallbacks[1], unit: ""),
            BenchmarkRow(name: "preparation and diagnostics of a layer", value: seconds[0] * 1e3, unit: "ms"),
            BenchmarkRow(
                name: "  and beside it a basis, falling spectrum", value: (seconds[1] - seconds[0]) * 1e3, unit: "ms"),
            BenchmarkRow(
                name: "  or one of which no direction stands out", value: (seconds[2] - seconds[0]) * 1e3, unit: "ms"),
            BenchmarkRow(name: "svcca per pair of layers", value: seconds[3] / 4096 * 1e6, unit: "us"),
        ]
    }

    private func basis(of layer: Matrix<Float>) throws -> SingularBasis? {
        try SingularBasis(artifacts(of: layer, [.basis]).rows, dimensions: dimensions)
    }

    private func artifacts(of layer: Matrix<Float>, _ kinds: Set<ArtifactKind>) throws -> LayerArtifacts {
        try LayerArtifacts(
            of: [LayerPart(.float32(layer), threshold: .infinity)], normalization: .l2,
            request: ArtifactRequest(kinds, dimensions: dimensions))
    }
}
