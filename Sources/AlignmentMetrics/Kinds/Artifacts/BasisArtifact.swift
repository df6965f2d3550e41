package import ArtifactStore
internal import PermutationStatistics
internal import SweepModel

/// The top left singular vectors of the standardised features, whose products are `svcca`.
///
/// A file's payload is the vectors (rank x n float32).
enum BasisArtifact: ArtifactComputation {
    static var family: String { ArtifactKind.basis.family }

    static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws {
        let basis = try SingularBasis(layer.rows, dimensions: layer.request.dimensions)
        let header = BasisHeader(
            sampleCount: basis.sampleCount, rank: basis.rank, tiedCuts: basis.tiedCuts, isIterative: basis.isIterative)
        let metadata = try header.json()
        try basis.vectors.withUnsafeBytes { try sink(metadata, [$0]) }
    }

    static func facts(_ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape) -> ArtifactFacts? {
        ArtifactFacts()
    }

    static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool {
        try SingularBasis(file, shape) != nil
    }

    static func scores(_ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile) throws -> TileMatrices {
        let left = try bases(tile.rows, tile.blocks)
        let right = tile.isOnDiagonal ? left : try bases(tile.columns, tile.blocks)
        let dimensions = metrics.compactMap(\.dimensions).sorted()
        let found = try SubspaceAlignment.scores(
            rows: left, columns: right, dimensions: dimensions, sampleCount: tile.plan.sampleCount,
            isSymmetric: tile.isOnDiagonal, isSame: { tile.isSame(kind, row: $0, column: $1) })
        return TileMatrices(matched(found, of: dimensions, metrics))
    }

    /// For each of `metrics` the scores of its number of dimensions.
    private static func matched(_ scores: [[Double]], of dimensions: [Int], _ metrics: [Metric]) -> [[Double]] {
        metrics.map { $0.dimensions.flatMap(dimensions.firstIndex).map { scores[$0] } ?? [] }
    }

    /// Of subspaces no moments are known.
    static func permuted(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile, isReversed: Bool
    ) throws -> PermutedLayers? {
        func bases(_ layers: [TileLayer]) throws -> (places: [Int], values: [SingularBasis]) {
            try PermutedLayers.present(layers) { layer in
                try tile.blocks.read(kind, of: layer) { try SingularBasis($0, $1) }
            }
        }
        let (rows, columns) = (try bases(tile.rows), try bases(tile.columns))
        let measure = PermutedLayers.Measure(
            tiedRows: rows.places.map { _ in 0 }, tiedColumns: columns.places.map { _ in 0 }, moments: nil)
        let dimensions = metrics.compactMap(\.dimensions).sorted()
        return PermutedLayers(
            rows: rows.places, columns: columns.places, measures: metrics.map { _ in measure }
        ) { permutations in
            try permutations.map { permutation in
                let found = try SubspaceAlignment.scores(
                    rows: rows.values, columns: columns.values.map { $0.permuted(permutation.images) },
                    dimensions: dimensions, sampleCount: tile.plan.sampleCount)
                return matched(found, of: dimensions, metrics)
            }
        }
    }

    private static func bases(_ layers: [TileLayer], _ blocks: any ArtifactBlocks) throws -> [SingularBasis?] {
        try blocks.block(.basis, of: layers, bytes: { $0.vectors.count * MemoryLayout<Float>.stride }) {
            try SingularBasis($0, $1)
        }
    }

    static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int {
        layers * extent.samples * extent.dimensions * MemoryLayout<Float>.stride
    }

    /// Bases of both sides, and those of one side by side for their products.
    static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int {
        3 * layers * extent.samples * extent.dimensions * MemoryLayout<Float>.stride
    }
}

/// What describes a basis.
private struct BasisHeader: Codable {
    let sampleCount: Int
    let rank: Int
    let tiedCuts: [Int]
    let isIterative: Bool

    /// Whether it can be that of a layer of `shape`.
    func fits(_ shape: ArtifactShape) -> Bool {
        sampleCount == shape.sampleCount
            && (0...min(shape.dimensions, shape.sampleCount, shape.width)).contains(rank)
            && tiedCuts.allSatisfy { $0 > 0 && $0 <= rank } && zip(tiedCuts, tiedCuts.dropFirst()).allSatisfy(<)
    }
}

extension SingularBasis {
    /// The basis in `file`; nil where it is not that of a layer of `shape`.
    package init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = BasisHeader(json: file.metadata), header.fits(shape),
            file.payloadBytes == header.rank * header.sampleCount * MemoryLayout<Float>.stride
        else { return nil }
        let vectors = try file.readAll().withUnsafeBytes { [Float](copying: $0[...]) }
        guard vectors.withUnsafeBufferPointer(Float.areFinite) else { return nil }
        self.init(
            sampleCount: header.sampleCount, rank: header.rank, vectors: vectors, tiedCuts: header.tiedCuts,
            isIterative: header.isIterative)
    }
}
