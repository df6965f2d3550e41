internal import AlignmentMetrics
internal import ArtifactStore
internal import ContentHash
internal import FeatureStore
internal import LinearAlgebra
internal import PermutationStatistics
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Makes sure that a layer's artifacts are in the directory, and summarises them. Only what is missing is computed.
    func layerSummary(_ layer: Int, clipThresholds: [Double], digest: String) throws -> LayerSummary {
        let references = try references(ofModel: context.plan.layers[layer].model)
        let keys = try keys(ofLayer: layer, digest: digest, clipThresholds: clipThresholds)
        var draft =
            try references.map { try taken(layer, from: $0, keys, (clipThresholds, digest)) }
            ?? prepared(layer, keys, (clipThresholds, digest))
        if draft.diagnostics?.isConstant != true {
            try addNullNumbers(
                to: &draft, layer, keys, known: references?.layers[context.plan.layers[layer].index].nullNumbers)
        }
        return draft.summary()
    }

    /// What is known of a layer whose artifacts are in the directory.
    private func prepared(
        _ layer: Int, _ keys: LayerKeys, _ inputs: (thresholds: [Double], digest: String)
    ) throws -> SummaryDraft {
        let (clipThresholds, digest) = inputs
        defer { features.drop(layer) }
        if streamedLayer?.layer != layer { streamedLayer = nil }
        let shape = shapes[layer]
        var draft = SummaryDraft(keys: keys, ks: context.plan.neighbourCounts, shape: shape)
        _ = try home.find(keys.diagnostics) { file in
            draft.diagnostics = LayerSummary.Diagnostics(json: file.metadata).flatMap {
                $0.areSound(sampleCount: shape.sampleCount) ? $0 : nil
            }
            return draft.diagnostics != nil
        }
        if draft.diagnostics?.isConstant == true { return draft }
        var missing: Set<ArtifactKind> = []
        for (kind, key) in keys.artifacts {
            if let file = try home.find(key, where: { shape.holds(kind, $0) }),
                draft.note(kind, metadata: file.metadata)
            {
                continue
            }
            missing.insert(kind)
        }
        if missing.contains(.neighbours), let key = keys.artifacts[.neighbours],
            let lists = try listsInSteps(layer, keys, inputs)
        {
            try lists.write(groups: context.groups) { metadata, payload in
                try home.store(key, metadata: metadata, parts: payload)
                _ = draft.note(.neighbours, metadata: metadata)
            }
            missing.remove(.neighbours)
            removeSteps(keys)
        }
        if missing.contains(.neighbours), let queries = shape.queries, let key = keys.artifacts[.neighbours] {
            // Of a constant layer the look at its rows will tell.
            if let lists = try lists(of: queries, layer, inputs) {
                try lists.write(groups: context.groups) { metadata, payload in
                    try home.store(key, metadata: metadata, parts: payload)
                    _ = draft.note(.neighbours, metadata: metadata)
                }
            }
            missing.remove(.neighbours)
        }
        // Where the neighbours came in steps, what is left may need no more than a look at the rows. Of kernels by entries it has other
        // last bits than the layer's own product.
        if draft.diagnostics == nil,
            try missing.isEmpty && linearForm(layer) == .factor
                || missing.isSubset(of: [.neighbours]) && !fits(layer)
        {
            let streamed = try streamed(layer, clipThresholds: clipThresholds, digest: digest)
            let found = try LayerDiagnostics.of(streamed, threads: threads)
            draft.diagnostics = found
            try home.store(keys.diagnostics, metadata: try found.json(), parts: [])
            if found.isConstant { return draft }
        }
        if missing.isEmpty, draft.diagnostics != nil { return draft }
        let request = ArtifactRequest(
            context.plan, layer: layer, kinds: missing, groups: context.groups, form: linearForm(layer))
        let (memory, threads) = try memory(for: layer, request)
        let made = try LayerArtifacts(
            of: parts(of: layer, thresholds: clipThresholds, digest: digest), normalization: context.normalize,
            request: request, resources: LayerResources(threads: threads, memoryBytes: memory, onStep: onStep))
        draft.diagnostics = made.diagnostics
        try made.forEach(context.plan.artifactKinds.filter(missing.contains)) { kind, metadata, payload in
            guard let key = keys.artifacts[kind] else { return }
            try home.store(key, metadata: metadata, parts: payload)
            _ = draft.note(kind, metadata: metadata)
        }
        try home.store(keys.diagnostics, metadata: try made.diagnostics.json(), parts: [])
        return draft
    }

    /// Adds what the layer brings to the moments of its scores: known from references, found in the directory, or taken from its artifacts.
    private func addNullNumbers(
        to draft: inout SummaryDraft, _ layer: Int, _ keys: LayerKeys, known: [String: String]?
    ) throws {
        for kind in context.plan.artifactKinds {
            let metrics = context.plan.metrics.filter { $0.artifact == kind }
            guard let own = keys.artifacts[kind], let key = keys.nullNumbers(kind, metrics) else { continue }
            // Where samples of one group are no neighbours, and of queries alone, there are none.
            let modelled = context.groups == nil && shapes[layer].queries == nil ? metrics : []
            func whole(_ texts: [String: String]) -> [String: String]? {
                NullModels.areWhole(texts, modelled, sampleCount: context.plan.sampleCount) ? texts : nil
            }
            var texts = known.flatMap { known in
                whole(known.filter { text in metrics.contains { $0.id == text.key } })
            }
            if texts == nil {
                _ = try home.find(key) { file in
                    texts = [String: String](json: file.metadata).flatMap(whole)
                    return texts != nil
                }
            }
            if texts == nil {
                guard let file = try home.announced(own.name) else {
                    throw ArtifactDamage(own.name, in: home.directory)
                }
                let found = try ArtifactComputations.of(kind).nullNumbers(
                    metrics, kind, file, shapes[layer], threads: team { 8 * context.plan.listedSamples * $0 })
                let named = Dictionary(uniqueKeysWithValues: found.map { ($0.key.id, $0.value) })
                try home.store(key, metadata: try named.json(), parts: [])
                texts = named
            }
            draft.add(nullNumbers: texts ?? [:])
            onStep()
        }
    }

    /// A layer's values and thresholds; of a concatenation those of all layers of the store.
    private func parts(of layer: Int, thresholds: [Double], digest: String) throws -> [LayerPart] {
        let planned = context.plan.layers[layer]
        guard planned.isConcatenation else {
            let stored = try storedValues(of: layer)
            guard stored.digest == digest else { throw otherValues(ofModel: planned.model) }
            return [LayerPart(stored.values, threshold: thresholds.first ?? .infinity)]
        }
        let (reader, order) = try open(model: planned.model)
        var parts: [LayerPart] = []
        var digests: [String] = []
        for (index, threshold) in storedParts(of: layer, thresholds: thresholds, in: reader) {
            let values = try reader.readLayer(index, order: order)
            digests.append(Self.digest(values))
            onStep()
            parts.append(LayerPart(values, threshold: threshold))
        }
        guard Self.digest(ofLayers: digests) == digest else { throw otherValues(ofModel: planned.model) }
        return parts
    }

    /// The layers of a store that `layer` is made of, and the threshold of each.
    func storedParts(
        of layer: Int, thresholds: [Double], in reader: any OpenStore
    ) -> [(index: Int, threshold: Double)] {
        let (planned, threshold) = (context.plan.layers[layer], thresholds.first ?? .infinity)
        guard planned.isConcatenation else { return [(planned.index, threshold)] }
        return reader.metadata.layers.indices.map { ($0, thresholds.count > 1 ? thresholds[$0] : threshold) }
    }

    private func storedValues(of layer: Int) throws -> (values: StoredMatrix, digest: String) {
        if let known = features.values(of: layer) { return known }
        let planned = context.plan.layers[layer]
        let (reader, order) = try open(model: planned.model)
        let values = try reader.readLayer(planned.index, order: order)
        return (values, Self.digest(values))
    }

    /// The bytes of a layer's values as they are stored.
    func storedBytes(_ layer: Int) throws(Complaint) -> Int {
        let (reader, _) = try open(model: context.plan.layers[layer].model)
        return context.plan.sampleCount
            * storedParts(of: layer, thresholds: [], in: reader).reduce(0) { sum, part in
                let stored = reader.metadata.layers[part.index]
                return sum + stored.width * stored.precision.byteSize
            }
    }

    private func footprint(_ layer: Int) throws(Complaint) -> LayerFootprint {
        LayerFootprint(
            sampleCount: context.plan.sampleCount, width: context.plan.layers[layer].width,
            storedBytes: try storedBytes(layer))
    }

    /// Whether a layer's neighbours can be found at once.
    func fits(_ layer: Int) throws(Complaint) -> Bool {
        let request = ArtifactRequest(context.plan, layer: layer, kinds: [.neighbours], form: linearForm(layer))
        return try footprint(layer).leastBytes(request, threads: 1) <= memoryBytes
    }

    /// The bytes that a layer's work may take, its stored values included, and the threads that these are enough for: what this worker keeps
    /// for later goes first, where it has to.
    private func memory(
        for layer: Int, _ request: ArtifactRequest
    ) throws(Complaint) -> (bytes: Int, threads: ThreadTeam) {
        let (n, d) = (context.plan.sampleCount, context.plan.layers[layer].width)
        let footprint = try footprint(layer)
        let least = footprint.leastBytes(request, threads: 1)
        guard least <= memoryBytes else { throw tooLarge("layer", layer, least) }
        let threads = team { footprint.leastBytes(request, threads: $0) }
        let needed = footprint.leastBytes(request, threads: threads.most)
        // What other layers left behind is used again, unless this one needs everything.
        let idle = min(memoryBytes / Self.idleShare, memoryBytes - needed)
        MatrixMemory.keepIdle(atMost: idle)
        let usable = memoryBytes - idle
        // With its rows in float64 it is done soonest.
        let ample = min(usable, needed + 8 * n * d)
        artifacts.shrink(to: usable - ample)
        features.shrink(to: usable - ample - artifacts.bytes, but: layer)
        let own = features.values(of: layer)?.values.byteCount ?? 0
        return (usable - artifacts.bytes - features.bytes + own, threads)
    }

    /// The complaint that `what`, a layer or a part of the work on one, does not fit into this worker's memory.
    func tooLarge(_ what: String, _ layer: Int, _ needed: Int) -> Complaint {
        let planned = context.plan.layers[layer]
        return Complaint(
            .work,
            "\(what) \(planned.index) of \(context.plan.sampleCount) x \(planned.width) values needs \(needed.bytesInWords), and "
                + "the worker may use \(memoryBytes.bytesInWords)",
            at: context.plan.models[planned.model].path,
            advice: "give workers more --memory, or start fewer of them", code: .tooLittleMemory)
    }

    /// n² d: the operations of a layer's product with itself.
    func products(of layer: Int) -> Double {
        let n = Double(context.plan.sampleCount)
        return n * n * Double(context.plan.layers[layer].width)
    }

    /// The digest of a layer's values, with the precision that they are stored in.
    static func digest(_ values: StoredMatrix) -> String {
        "\(precisionName(values))-\(ContentDigest(of: UnsafeRawBufferPointer(values.rawRows(0..<values.rows))))"
    }

    static func precisionName(_ values: StoredMatrix) -> String {
        switch values {
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        }
    }

    /// The digest of a concatenation, by those of its layers.
    static func digest(ofLayers digests: [String]) -> String {
        "concatenation-\(ContentDigest(of: digests.joined(separator: "\n")))"
    }
}
