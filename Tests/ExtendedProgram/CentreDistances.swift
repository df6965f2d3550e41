import AlignmentMetrics
import ArtifactStore
import LinearAlgebra
import SweepModel

/// ‖x̂_i - μ‖ of every sample (n float64), and Pearson's correlation of two such.
enum CentreDistances: ArtifactComputation {
    static var family: String { ArtifactKind.centreDistances.family }

    static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws {
        let rows = layer.rows.centredRows()
        let distances = (0..<rows.rows).map { rows.row($0).reduce(0) { $0 + $1 * $1 }.squareRoot() }
        try distances.withUnsafeBytes { try sink([], [$0]) }
    }

    static func facts(_ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape) -> ArtifactFacts? {
        metadata.isEmpty ? ArtifactFacts() : nil
    }

    static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool {
        try distances(file, shape) != nil
    }

    private static func distances(_ file: ArtifactFile, _ shape: ArtifactShape) throws -> [Double]? {
        guard file.payloadBytes == 8 * shape.sampleCount else { return nil }
        let found = try file.readAll().withUnsafeBytes { bytes in
            (0..<shape.sampleCount).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
        }
        return found.allSatisfy(\.isFinite) ? found : nil
    }

    static func scores(_ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile) throws -> TileMatrices {
        let rows = try tile.blocks.block(kind, of: tile.rows, bytes: { 8 * $0.count }, distances)
        let columns = try tile.blocks.block(kind, of: tile.columns, bytes: { 8 * $0.count }, distances)
        let scores = rows.flatMap { x in columns.map { y in correlation(x ?? [], y ?? []) } }
        return TileMatrices(metrics.map { _ in scores })
    }

    private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let centred = [x, y].map { side in
            let mean = side.reduce(0, +) / Double(side.count)
            return side.map { $0 - mean }
        }
        func product(_ a: Int, _ b: Int) -> Double { zip(centred[a], centred[b]).reduce(0) { $0 + $1.0 * $1.1 } }
        return product(0, 1) / (product(0, 0) * product(1, 1)).squareRoot()
    }

    static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int { 8 * layers * extent.samples }

    static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int {
        16 * layers * extent.samples
    }
}
