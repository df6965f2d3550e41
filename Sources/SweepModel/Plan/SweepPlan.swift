/// One layer that takes part in a sweep.
package struct PlannedLayer: Hashable, Codable, Sendable {
    /// Position in `SweepPlan.models`.
    package let model: Int
    /// The layer's index within its store; `concatenation` for all of the store's layers side by side.
    package let index: Int
    package let name: String
    /// The number of features d.
    package let width: Int

    /// The index of the pseudo-layer that is all layers of a store side by side (Schemas/results.md).
    package static let concatenation = -2

    /// Whether it is all layers side by side.
    package var isConcatenation: Bool { index == Self.concatenation }
}

/// One feature store that takes part in a sweep.
package struct PlannedModel: Hashable, Codable, Sendable {
    package let name: String
    /// Absolute path of the store.
    package let path: String
    /// The stored bytes of all its layers, whatever `layers` selects.
    package let bytes: Int
    /// The layers of `SweepPlan.layers` that are this model's.
    package let layers: Range<Int>

    package init(name: String, path: String, bytes: Int, layers: Range<Int>) {
        self.name = name
        self.path = path
        self.bytes = bytes
        self.layers = layers
    }
}

/// The work of a sweep as a few arrays: models, layers and a grid of tiles; never an object per tile.
///
/// A store named on both sides appears once, so that its artifacts are computed once.
package struct SweepPlan: Hashable, Codable, Sendable {
    package let sampleCount: Int
    package let models: [PlannedModel]
    /// The layers of all models, a model's together.
    package let layers: [PlannedLayer]
    /// Positions in `models` of the x side, in the results' order; `yModels` likewise.
    package let xModels: [Int]
    package let yModels: [Int]
    /// Whether y is x, and only the upper triangle of tiles is computed.
    package let isSymmetric: Bool
    package let metrics: [Metric]
    /// Neighbour metrics over ranges of k.
    package let curves: [MetricCurve]
    package let variant: Variant
    /// Under which permutations metrics are calibrated; nil where none is.
    package let permutations: PermutationPlan?
    /// The subsamples on which scores are found again: halves and parts, each once at most.
    package let subsamples: [SubsamplePlan]
    /// The galleries whose scores are found; nil where there are none.
    package let gallery: GalleryPlan?
    /// The samples whose neighbours are found; nil for all.
    package let queries: QueryPlan?
    /// How permutations are cut into tiles: worked out once, since every tile is looked up by it.
    private var nullTiles: NullTiles?

    package init(
        sampleCount: Int,
        models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])],
        xModels: [Int], yModels: [Int]?, metrics: [Metric], curves: [MetricCurve] = [], variant: Variant = .exact,
        permutations: PermutationPlan? = nil, subsamples: [SubsamplePlan] = [],
        gallery: GalleryPlan? = nil, queries: QueryPlan? = nil
    ) {
        precondition(
            ([permutations?.metrics, gallery?.metrics] + subsamples.map(\.metrics)).allSatisfy {
                $0?.allSatisfy(metrics.indices.contains) ?? true
            },
            "metrics of the sweep")
        self.permutations = permutations
        self.subsamples = subsamples
        self.gallery = gallery
        self.queries = queries
        self.sampleCount = sampleCount
        self.metrics = metrics
        self.curves = curves
        self.variant = variant
        var planned: [PlannedModel] = []
        var layers: [PlannedLayer] = []
        for (position, model) in models.enumerated() {
            let first = layers.count
            for layer in model.layers {
                layers.append(PlannedLayer(model: position, index: layer.index, name: layer.name, width: layer.width))
            }
            planned.append(
                PlannedModel(name: model.name, path: model.path, bytes: model.bytes, layers: first..<layers.count))
        }
        self.models = planned
        self.layers = layers
        self.xModels = xModels
        self.yModels = yModels ?? xModels
        isSymmetric = yModels == nil
        xLayers = xModels.flatMap { Array(planned[$0].layers) }
        yLayers = self.yModels.flatMap { Array(planned[$0].layers) }
        nullTiles = permutations.map { NullTiles($0, of: self) }
    }

    /// Positions in `layers` of every layer of the x side, model after model: the rows of the score matrices.
    package let xLayers: [Int]
    /// Positions in `layers` of every layer of the y side: the columns of the score matrices.
    package let yLayers: [Int]

    /// A layer's name for people: `model:index`.
    package func label(ofLayer layer: Int) -> String { "\(models[layers[layer].model].name):\(layers[layer].index)" }

    /// Every k that a metric is computed for singly, ascending.
    package var neighbourCounts: [Int] { Set(metrics.compactMap(\.k)).sorted() }

    /// The length of the neighbour lists; nil where nothing needs neighbours.
    package var longestNeighbourList: Int? {
        (neighbourCounts + curves.flatMap(\.ks)).max().map {
            max($0, subsamples.map(\.reach).max() ?? 0, gallery?.reach ?? 0)
        }
    }

    /// The most singular vectors that any metric needs; nil where none does.
    package var basisDimensions: Int? { metrics.compactMap(\.dimensions).max() }

    /// Every kind of artifact that any metric needs, each once, in the order of the metrics.
    package var artifactKinds: [ArtifactKind] {
        var kinds: [ArtifactKind] = curves.isEmpty ? [] : [.neighbours]
        for metric in metrics where !kinds.contains(metric.artifact) { kinds.append(metric.artifact) }
        return kinds
    }

    /// What the size of the artifacts of a layer of `width` features follows from.
    package func extent(width: Int) -> ArtifactDefinition.Extent {
        ArtifactDefinition.Extent(
            samples: sampleCount, width: width, listLength: longestNeighbourList ?? 0, listCount: listCount,
            dimensions: basisDimensions ?? 0)
    }

    /// The last layer of model `model` that is not a concatenation, as a position in `layers`.
    package func lastLayer(ofModel model: Int) -> Int {
        let range = models[model].layers
        return range.last { !layers[$0].isConcatenation } ?? range.upperBound - 1
    }

    /// Where layer `layer` stands among its model's layers; nil for a concatenation.
    package func depth(ofLayer layer: Int) -> Int? {
        let planned = layers[layer]
        return planned.isConcatenation ? nil : layer - models[planned.model].layers.lowerBound
    }

    /// How many layers model `model` has without a concatenation.
    package func depthCount(ofModel model: Int) -> Int { models[model].layers.count { !layers[$0].isConcatenation } }

    /// The width of a model's layers side by side as its store has them: a concatenation is none of its own.
    package func storedWidth(ofModel model: Int) -> Int {
        models[model].layers.reduce(0) { $0 + (layers[$1].isConcatenation ? 0 : layers[$1].width) }
    }

    /// The grid of tiles.
    package var grid: TileGrid {
        TileGrid(
            rows: xLayers.count, columns: yLayers.count, isSymmetric: isSymmetric,
            nullTiles: nullTiles)
    }

    /// A layer with a larger share of tied rows is flagged: the order of its samples decides its neighbours (Schemas/metrics.md,
    /// *Ties and degenerate layers*).
    package static let tiedLimit = 0.01
}
