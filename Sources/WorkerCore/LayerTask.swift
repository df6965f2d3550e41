internal import AlignmentMetrics
internal import ArtifactStore
internal import ContentHash
internal import FeatureStore
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Makes sure that a layer's artifacts are in the directory, and summarises them.
    func layerSummary(_ layer: Int, clipThreshold: Double, digest: String) throws -> LayerSummary {
        let k = context.plan.neighbourCounts.last
        let keys = LayerKeys(
            context: context, digest: digest, clipThreshold: clipThreshold, k: k, gram: context.plan.needsGrams,
            blasCore: blasCore)
        defer { features.drop(layer) }
        if let known = try existing(keys) { return known.summary(keys, ks: context.plan.neighbourCounts) }
        let values = try storedValues(of: layer, digest: digest)
        let made = LayerArtifacts(
            of: values, threshold: clipThreshold, normalization: context.normalize, k: k, gram: context.plan.needsGrams)
        let facts = LayerFacts(made)
        if let lists = made.neighbours, let key = keys.neighbours, !isThere(key) {
            try lists.withPayload { try directory.write(key, metadata: try NeighbourHeader(lists).json(), parts: $0) }
        }
        if let gram = made.gram, let key = keys.gram, !isThere(key) {
            try gram.withPayload { try directory.write(key, metadata: try GramHeader(gram).json(), parts: $0) }
        }
        // Last, so that facts on disk mean that the artifacts are there.
        try directory.write(keys.facts, metadata: try facts.json(), parts: [])
        return facts.summary(keys, ks: context.plan.neighbourCounts)
    }

    /// What is known of a layer whose artifacts are all there and whole.
    private func existing(_ keys: LayerKeys) throws -> LayerFacts? {
        guard let file = ArtifactFile.open(keys.facts.name, key: keys.facts, in: directory),
            let facts = LayerFacts(json: file.metadata)
        else { return nil }
        if facts.isConstant { return facts }
        for key in [keys.neighbours, keys.gram] {
            guard let key else { continue }
            guard isThere(key) else { return nil }
        }
        return facts
    }

    private func isThere(_ key: ArtifactKey) -> Bool {
        ArtifactFile.open(key.name, key: key, in: directory)?.isIntact() ?? false
    }

    private func storedValues(of layer: Int, digest: String) throws -> StoredMatrix {
        if let values = features.values(of: layer) { return values }
        let planned = context.plan.layers[layer]
        let (reader, order) = try open(model: planned.model)
        let values = try reader.readLayer(planned.index, order: order)
        let found = ContentDigest(of: UnsafeRawBufferPointer(values.rawRows(0..<values.rows)))
        guard digest.hasSuffix(found.description) else { throw Self.changed(context.plan.models[planned.model].path) }
        return values
    }
}

/// The keys of one layer's artifacts.
struct LayerKeys {
    let neighbours: ArtifactKey?
    let gram: ArtifactKey?
    let facts: ArtifactKey

    init(context: SweepContext, digest: String, clipThreshold: Double, k: Int?, gram: Bool, blasCore: String) {
        // The digest is of the values in joined order: nothing else of the samples matters.
        let common = [
            ("algorithm", "\(algorithmVersion)"), ("values", digest), ("clip", "\(clipThreshold.bitPattern)"),
            ("normalize", context.normalize.rawValue), ("samples", "\(context.plan.sampleCount)"),
        ]
        // Neighbours are those of float64 on any core; the last bits of a Gram matrix are the core's.
        let neighbourParts = k.map { common + [("k", "\($0)")] }
        let gramParts = gram ? common + [("core", blasCore)] : nil
        neighbours = neighbourParts.map { ArtifactKey(kind: "neighbours", parts: $0) }
        self.gram = gramParts.map { ArtifactKey(kind: "gram", parts: $0) }
        facts = ArtifactKey(
            kind: "facts", parts: common + [("k", k.map { "\($0)" } ?? "none"), ("gram", gram ? blasCore : "none")])
    }
}

/// What the coordinator is told of a layer, and is kept beside its artifacts.
struct LayerFacts: Codable {
    /// Rows with a tie after rank 1 … k_max, and the number of samples.
    let tiedRows: [Int32]
    let sampleCount: Int
    let clippedShare: Double
    let isConstant: Bool
    let chanceFactor: Double

    init(_ made: LayerArtifacts) {
        tiedRows = made.neighbours?.tiedRows ?? []
        sampleCount = made.neighbours?.sampleCount ?? 0
        clippedShare = made.clippedShare
        isConstant = made.isConstant
        chanceFactor = made.gram?.chanceFactor ?? .nan
    }

    func summary(_ keys: LayerKeys, ks: [Int]) -> LayerSummary {
        LayerSummary(
            tiedShares: isConstant ? [] : ks.map { Double(tiedRows[$0 - 1]) / Double(sampleCount) },
            clippedShare: clippedShare, isConstant: isConstant, chanceFactor: chanceFactor,
            neighbours: isConstant ? nil : keys.neighbours?.name, gram: isConstant ? nil : keys.gram?.name)
    }
}
