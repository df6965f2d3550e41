internal import ArtifactStore
internal import LinearAlgebra
internal import SweepModel

/// The centred features themselves, for `procrustes`: a decomposition for every pair of layers.
///
/// A file's payload is n x `columns` float64.
enum FeaturesArtifact: ArtifactComputation {
    static var family: String { ArtifactKind.features.family }

    static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws {
        let features = try CentredFeatureRows(layer.rows)
        let matrix = features.matrix
        defer { matrix.keepAlive() }
        let header = FeaturesHeader(sampleCount: matrix.rows, columns: matrix.columns, norm: features.norm)
        try sink(try header.json(), [UnsafeRawBufferPointer(matrix.elements)])
    }

    static func facts(_ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape) -> ArtifactFacts? {
        ArtifactFacts()
    }

    static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool {
        guard let header = FeaturesHeader(json: file.metadata), header.fits(shape, file) else { return false }
        try file.checkFinite(Double.self, count: shape.sampleCount * shape.featureColumns)
        return true
    }

    static func scores(_ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile) throws -> TileMatrices {
        var scores: [Double] = []
        var alignment = ProcrustesAlignment()
        let isMirrored = tile.plan.isSymmetric && tile.isOnDiagonal
        func features(_ layer: TileLayer) throws -> CentredFeatureRows? {
            try tile.blocks.read(kind, of: layer) { try CentredFeatureRows($0, $1) }
        }
        for (r, row) in tile.rows.enumerated() {
            let x = try features(row)
            for (c, column) in tile.columns.enumerated() {
                // The lower half of a diagonal tile is mirrored.
                guard let x, !(isMirrored && c < r), let y = try features(column) else {
                    scores.append(.nan)
                    continue
                }
                scores.append(
                    tile.isSame(kind, row: r, column: c) && x.norm > 0 ? 1 : try alignment.score(x, y))
            }
        }
        return TileMatrices(metrics.map { _ in scores })
    }

    /// They are too large to be kept.
    static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int { 0 }

    /// The features of two layers, their product, and what its decomposition takes.
    static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int {
        let d = min(extent.samples, extent.width)
        return 8 * (2 * extent.samples * d + 2 * d * d)
    }
}

/// What describes centred features.
private struct FeaturesHeader: Codable {
    let sampleCount: Int
    let columns: Int
    let norm: Double

    /// Whether it can be that of a layer of `shape`, and `file` is as long as that.
    func fits(_ shape: ArtifactShape, _ file: ArtifactFile) -> Bool {
        sampleCount == shape.sampleCount && columns == shape.featureColumns && norm.isFinite && norm >= 0
            && file.payloadBytes == shape.sampleCount * shape.featureColumns * MemoryLayout<Double>.stride
    }
}

extension CentredFeatureRows {
    /// The features in `file`; nil where they are not those of a layer of `shape`.
    init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = FeaturesHeader(json: file.metadata), header.fits(shape, file) else { return nil }
        let matrix = Matrix<Double>(rows: shape.sampleCount, columns: shape.featureColumns, repeating: 0)
        try file.readFinite(into: matrix.elements, from: 0)
        self.init(matrix: matrix, norm: header.norm)
    }
}
