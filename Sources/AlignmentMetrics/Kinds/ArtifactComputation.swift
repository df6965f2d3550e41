package import ArtifactStore
package import LinearAlgebra
package import SweepModel

/// Where an artifact goes: what describes it, and the parts of its payload.
package typealias ArtifactSink = (_ metadata: [UInt8], _ payload: [UnsafeRawBufferPointer]) throws -> Void

/// How the artifacts of one family are made of a layer, kept in files, and scored: one type a family, in a file of its own beside this one.
package protocol ArtifactComputation: SendableMetatype {
    /// The family, whose definition is in `ArtifactCatalogue`.
    static var family: String { get }

    /// Makes the artifact of `kind` of a layer, whose rows are not all the same, and hands it over.
    static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws

    /// What `metadata` says of a layer of `shape`; nil where it cannot be that of its artifact.
    static func facts(_ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape) -> ArtifactFacts?

    /// Whether `file` holds the artifact of a layer of `shape`: all of it is read, as those read it who need it.
    static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool

    /// What the layer brings to the moments of its scores under random matching, for each of `metrics`, as text (`NullModel.Numbers`); nothing
    /// of those that have no such moments. `file` holds the artifact of a layer of `shape`.
    static func nullNumbers(
        _ metrics: [Metric], _ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape, threads: ThreadTeam
    ) throws -> [Metric: String]

    /// Scores of `metrics`, all of which are computed from `kind`, for every row of `tile` against every column.
    static func scores(_ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile) throws -> TileMatrices

    /// The layers of `tile` that have artifacts of `kind`, ready to be scored under `metrics`, all of which are computed from `kind`, while the
    /// columns' samples are permuted; nil where there is no such thing.
    /// - Parameter isReversed: whether the rows are y, and the permuted columns x.
    static func permuted(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile, isReversed: Bool
    ) throws -> PermutedLayers?

    /// The layers of `tile`, ready to be scored under `metrics`, all of which are computed from `kind`, within subsamples; nil where there is
    /// no such thing.
    static func subsampled(_ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile) throws -> SubsampledLayers?

    /// The bytes that the artifacts of a block of `layers` layers take in memory from one tile to the next, for layers no larger than
    /// `extent`.
    static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int

    /// The least bytes that scoring `metrics` of a tile of `layers` x `layers` layers takes, artifacts that it cannot do without included, for
    /// layers no larger than `extent`.
    static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int
}

extension ArtifactComputation {
    package static func nullNumbers(
        _ metrics: [Metric], _ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape, threads: ThreadTeam
    ) throws -> [Metric: String] { [:] }

    package static func permuted(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile, isReversed: Bool
    ) throws -> PermutedLayers? { nil }

    package static func subsampled(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile
    ) throws -> SubsampledLayers? { nil }
}

/// Scores of a tile.
package struct TileMatrices {
    /// For each metric rows x columns, row-major; NaN where a layer has no artifact or the score is undefined.
    package let scores: [[Double]]
    /// The operations of the large products.
    package let operations: Double

    package init(_ scores: [[Double]], operations: Double = 0) {
        self.scores = scores
        self.operations = operations
    }
}

/// What the head of an artifact says of its layer.
package struct ArtifactFacts {
    package var neighbours: NeighbourFacts?
    /// tr K/‖K‖ of a kernel.
    package var chanceFactor: Double?
    /// Whether the artifact is in float64, since float32 would not do.
    package var isFloat64 = false

    package init() {}
}
