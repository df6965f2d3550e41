package import ArtifactStore
internal import LinearAlgebra
internal import PermutationStatistics
internal import SweepModel

/// The nearest neighbours of every sample, of which all neighbour metrics are computed. They come from the product that all layers take
/// (`LayerArtifacts`).
///
/// A file's payload is indices (n x k int32), similarities (n x k float64), row means (n float64), n being the lists that there are.
enum NeighbourArtifact: ArtifactComputation {
    static var family: String { ArtifactKind.neighbours.family }

    static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws {
        try layer.neighbours?.write(groups: layer.request.groups, to: sink)
    }

    static func facts(_ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape) -> ArtifactFacts? {
        guard let header = NeighbourHeader(json: metadata), header.fits(shape) else { return nil }
        var facts = ArtifactFacts()
        facts.neighbours = header.facts
        return facts
    }

    static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool {
        try NeighbourLists(file, shape) != nil
    }

    static func nullNumbers(
        _ metrics: [Metric], _ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape, threads: ThreadTeam
    ) throws -> [Metric: String] {
        // Where samples of one group are no neighbours, not every matching is as likely as another.
        // Of queries too little is known of who lists whom.
        guard shape.groups == nil, shape.queries == nil, let lists = try NeighbourLists(file, shape) else { return [:] }
        var found: [Metric: String] = [:]
        try lists.indices.withUnsafeBufferPointer { indices in
            let layer = LayerLists(
                StoredLists(indices: indices, sampleCount: lists.sampleCount, reach: lists.k), threads: threads)
            for kind in Set(metrics.map(\.kind)) {
                guard let model = NullModels.of(kind) as? any ListNullModel.Type else { continue }
                let own = metrics.filter { $0.kind == kind }
                let texts = try texts(model, layer, ks: own.compactMap(\.k))
                for (metric, text) in zip(own, texts) { found[metric] = text }
            }
        }
        return found
    }

    private static func texts<Model: ListNullModel>(
        _ model: Model.Type, _ layer: LayerLists, ks: [Int]
    ) throws -> [String] {
        try model.numbers(of: layer, ks: ks).map { try SortedJSON.text($0) }
    }

    /// Every metric's single k together, so that its lists are gone through once.
    static func scores(_ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile) throws -> TileMatrices {
        var scores = [[Double]](repeating: [], count: metrics.count)
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            let own = metrics.indices.filter { metrics[$0].kind == kind }
            let ks = own.compactMap { metrics[$0].k }.sorted()
            guard !ks.isEmpty else { continue }
            let found = try NeighbourTile(tile).matrices(kind, ks: ks)
            for position in own {
                scores[position] = metrics[position].k.flatMap { ks.firstIndex(of: $0) }.map { found[$0] } ?? []
            }
        }
        return TileMatrices(scores)
    }

    static func permuted(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile, isReversed: Bool
    ) throws -> PermutedLayers? {
        func lists(_ layers: [TileLayer]) throws -> (places: [Int], values: [NeighbourLists]) {
            try PermutedLayers.present(layers) { layer in
                try tile.blocks.read(kind, of: layer) { try NeighbourLists($0, $1) }
            }
        }
        let (rows, columns) = (try lists(tile.rows), try lists(tile.columns))
        let scorers = metrics.compactMap { metric in
            metric.k.map { k in
                PermutedListScores(
                    metric.kind, k: k, variant: tile.plan.variant, isReversed: isReversed, rows: rows.values,
                    columns: columns.values)
            }
        }
        guard scorers.count == metrics.count else { return nil }
        return PermutedLayers(
            rows: rows.places, columns: columns.places,
            measures: scorers.map { $0.measure(rows: rows.values, columns: columns.values) }
        ) { permutations in
            let found = scorers.map { $0.scores(permutations) }
            return permutations.indices.map { number in found.map { $0[number] } }
        }
    }

    static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int {
        layers * extent.listCount * extent.listLength * NeighbourTile.bytesPerNeighbour
    }

    /// The lists of one layer on either side, and what a metric keeps for every listed neighbour.
    static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int {
        let places = metrics.map { $0.kind.definition.bytesPerPlace * ($0.k ?? 0) }.max() ?? 0
        return extent.listCount * (2 * NeighbourTile.bytesPerNeighbour * extent.listLength + places)
    }
}

/// What describes a neighbour artifact.
struct NeighbourHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let scale: Double
    let facts: NeighbourFacts

    init(_ lists: NeighbourLists, groups: [Int32]?) {
        sampleCount = lists.sampleCount
        k = lists.k
        grandMean = lists.grandMean
        scale = lists.scale
        facts = NeighbourFacts(lists, groups: groups)
    }

    /// Whether it can be that of a layer of `shape`.
    func fits(_ shape: ArtifactShape) -> Bool {
        sampleCount == shape.listedSamples && k == shape.listLength && !grandMean.isNaN && scale >= 0
            && facts.tiedRows.count == k
            && facts.largestInDegrees.count == k && facts.cycleChances.count == k
            && (facts.tiedRows + facts.largestInDegrees).allSatisfy { (0...sampleCount).contains(Int($0)) }
            && facts.cycleChances.allSatisfy((0...1).contains)
    }
}

extension NeighbourLists {
    /// Hands over the lists of a whole layer.
    package func write(groups: [Int32]?, to sink: ArtifactSink) throws {
        try withPayload { try sink(try NeighbourHeader(self, groups: groups).json(), $0) }
    }

    /// The lists in `file`; nil where they are not those of a layer of `shape`.
    package init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = NeighbourHeader(json: file.metadata), header.fits(shape) else { return nil }
        try self.init(
            file, ListRules(of: shape), tiedRows: header.facts.tiedRows,
            grandMean: header.grandMean, scale: header.scale)
    }
}
