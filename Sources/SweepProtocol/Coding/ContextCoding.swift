internal import SweepModel
internal import SwiftProtobuf

extension SweepContext {
    /// The context as it is sent and kept: equal contexts are equal bytes.
    package func encoded() -> [UInt8] {
        do { return try WireSweepContext(self).serializedBytes() } catch {
            preconditionFailure("a context is a message of any size that fits into memory: \(error)")
        }
    }

    /// The context in `encoded`; throws on one that cannot be.
    package init(encoded: [UInt8]) throws(ProtocolError) { try self.init(try parsed(encoded) as WireSweepContext) }
}

extension WireSweepContext {
    init(_ context: SweepContext) {
        let plan = context.plan
        sampleCount = UInt32(clamping: plan.sampleCount)
        sampleDigest = context.sampleDigest
        sampleStore = context.sampleStore
        samplePositions = context.samplePositions?.map { UInt32(clamping: $0) } ?? []
        groups = context.groups ?? []
        modelNames = plan.models.map(\.name)
        modelPaths = plan.models.map(\.path)
        modelBytes = plan.models.map { UInt64(clamping: $0.bytes) }
        modelLayers = plan.models.map { UInt32(clamping: $0.layers.count) }
        layerIndices = plan.layers.map { Int32(clamping: $0.index) }
        layerNames = plan.layers.map(\.name)
        layerWidths = plan.layers.map { UInt32(clamping: $0.width) }
        xModels = plan.xModels.map { UInt32(clamping: $0) }
        yModels = plan.isSymmetric ? [] : plan.yModels.map { UInt32(clamping: $0) }
        isSymmetric = plan.isSymmetric
        setMetrics(plan)
        variant = plan.variant.rawValue
        if case .quantile(let quantile) = context.clip { clipQuantile = quantile }
        clipScope = context.clipScope.rawValue
        normalize = context.normalize.rawValue
        ignoresTies = context.ignoresTies
        storeDigests = context.storeDigests
        storeVersions = context.storeVersions
        if let permutations = plan.permutations {
            permutationCount = UInt32(clamping: permutations.count)
            permutedMetrics = permutations.metrics.map { UInt32(clamping: $0) }
            permutationSeed = permutations.seed
        }
        for drawn in plan.subsamples {
            let (count, reach) = (UInt32(clamping: drawn.count), UInt32(clamping: drawn.reach))
            let metrics = drawn.metrics.map { UInt32(clamping: $0) }
            switch drawn.design {
            case .halves:
                (subsampleCount, subsampledMetrics, subsampleSeed, subsampleReach) = (count, metrics, drawn.seed, reach)
            case .parts: (splitCount, splitMetrics, splitSeed, splitReach) = (count, metrics, drawn.seed, reach)
            }
        }
        if let queries = plan.queries {
            queryCount = UInt32(clamping: queries.count)
            querySeed = queries.seed
            queryGalleries = queries.galleries.map { UInt32(clamping: $0) }
        }
        if let gallery = plan.gallery {
            gallerySizes = gallery.sizes.map { UInt32(clamping: $0) }
            galleryMetrics = gallery.metrics.map { UInt32(clamping: $0) }
            galleryReach = UInt32(clamping: gallery.reach)
        }
    }
}

extension SweepContext {
    fileprivate init(_ message: WireSweepContext) throws(ProtocolError) {
        guard let variant = Variant(rawValue: message.variant),
            let clipScope = SweepSpec.ClipScope(rawValue: message.clipScope),
            let normalize = SweepSpec.Normalization(rawValue: message.normalize)
        else { throw ProtocolError("the variant, clip scope or normalisation is unknown to this version") }
        let samples = try Checked.position(message.sampleCount, "the number of samples", below: ProtocolLimits.extent)
        for count in [message.samplePositions.count, message.groups.count] where count != 0 && count != samples {
            throw ProtocolError("the sweep has \(samples) samples, and \(count) positions or groups")
        }
        var clip = SweepSpec.Clip.none
        if message.hasClipQuantile {
            clip = .quantile(try Checked.amount(message.clipQuantile, "the clip quantile", atMost: 1))
        }
        let models = try message.models()
        for texts in [message.storeDigests, message.storeVersions] {
            guard texts.isEmpty || texts.count == models.count else {
                throw ProtocolError("the sweep has \(models.count) stores, and \(texts.count) states of stores")
            }
            for text in texts { _ = try Checked.text(text, "a store's state") }
        }
        self.init(
            plan: SweepPlan(
                sampleCount: samples, models: models, xModels: try Self.side(message.xModels, of: models.count),
                yModels: message.isSymmetric ? nil : try Self.side(message.yModels, of: models.count),
                metrics: try message.metrics(), curves: try message.curves(), variant: variant,
                permutations: try message.permutations(), subsamples: try message.subsamples(samples: samples),
                gallery: try message.gallery(samples: samples), queries: try message.queries(samples: samples)),
            sampleDigest: try Checked.name(message.sampleDigest, "the samples' digest"),
            sampleStore: try Checked.text(message.sampleStore, "a store's path"),
            samplePositions: message.samplePositions.isEmpty ? nil : message.samplePositions.map { Int($0) },
            groups: message.groups.isEmpty ? nil : message.groups, clip: clip, clipScope: clipScope,
            normalize: normalize, ignoresTies: message.ignoresTies, storeDigests: message.storeDigests,
            storeVersions: message.storeVersions)
        guard !plan.xLayers.isEmpty, !plan.yLayers.isEmpty, !message.isSymmetric || message.yModels.isEmpty else {
            throw ProtocolError("a side of the sweep has no layers, or is one too many")
        }
    }

    /// Positions of models, none of them twice: the layers of a side are at most all layers.
    private static func side(_ models: [UInt32], of count: Int) throws(ProtocolError) -> [Int] {
        guard models.allSatisfy({ $0 < count }), Set(models).count == models.count else {
            throw ProtocolError("a side of the sweep names a model twice, or one that there is not")
        }
        return models.map { Int($0) }
    }
}

extension WireSweepContext {
    fileprivate typealias Model = (
        name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)]
    )

    /// The permutations of metrics that there are; none where nothing is calibrated.
    fileprivate func permutations() throws(ProtocolError) -> PermutationPlan? {
        guard permutationCount > 0 || !permutedMetrics.isEmpty else { return nil }
        guard let metrics = positions(permutedMetrics),
            (1...PermutationPlan.counts.upperBound).contains(Int(permutationCount))
        else {
            throw ProtocolError("\(permutationCount) permutations of \(permutedMetrics.count) metrics cannot be")
        }
        return PermutationPlan(count: Int(permutationCount), metrics: metrics, seed: permutationSeed)
    }

    /// The subsamples that metrics are found again on; none of a design where nothing is.
    fileprivate func subsamples(samples: Int) throws(ProtocolError) -> [SubsamplePlan] {
        [
            try subsamples(.halves, subsampleCount, subsampledMetrics, subsampleSeed, subsampleReach, of: samples),
            try subsamples(.parts, splitCount, splitMetrics, splitSeed, splitReach, of: samples),
        ].compactMap(\.self)
    }

    private func subsamples(
        _ design: SubsamplePlan.Design, _ count: UInt32, _ metrics: [UInt32], _ seed: UInt64, _ reach: UInt32,
        of samples: Int
    ) throws(ProtocolError) -> SubsamplePlan? {
        guard count > 0 || !metrics.isEmpty else { return nil }
        guard let found = positions(metrics), SubsamplePlan.counts(design).contains(Int(count)), reach < samples else {
            throw ProtocolError("\(count) subsamples of \(metrics.count) metrics cannot be")
        }
        return SubsamplePlan(design, count: Int(count), metrics: found, seed: seed, reach: Int(reach))
    }

    /// The galleries whose scores are found; none where there are no sizes.
    fileprivate func gallery(samples: Int) throws(ProtocolError) -> GalleryPlan? {
        guard !gallerySizes.isEmpty || !galleryMetrics.isEmpty else { return nil }
        let sizes = gallerySizes.map { Int($0) }
        let longest = min(GalleryPlan.longestReach, samples - 1)
        guard let metrics = positions(galleryMetrics), sizes.count <= GalleryPlan.mostSizes, !sizes.isEmpty,
            sizes == Set(sizes).sorted(), (1...max(1, longest)).contains(Int(galleryReach)),
            metrics.allSatisfy({ position in
                sizes.allSatisfy { Int(metricCounts[position]) < $0 && $0 <= samples } && metricCounts[position] > 0
            })
        else { throw ProtocolError("galleries of \(sizes.count) sizes of \(galleryMetrics.count) metrics cannot be") }
        return GalleryPlan(sizes: sizes, metrics: metrics, reach: Int(galleryReach))
    }

    /// The samples whose neighbours are found; nil for all.
    fileprivate func queries(samples: Int) throws(ProtocolError) -> QueryPlan? {
        guard queryCount > 0 || !queryGalleries.isEmpty else { return nil }
        let (count, galleries) = (Int(queryCount), queryGalleries.map { Int($0) })
        guard (1...QueryPlan.mostQueries).contains(count), galleries.first == samples,
            zip(galleries, galleries.dropFirst()).allSatisfy(>), galleries.allSatisfy({ $0 >= count }),
            galleries.count <= GalleryPlan.mostSizes
        else { throw ProtocolError("\(count) queries in \(galleries.count) galleries cannot be") }
        return QueryPlan(count: count, seed: querySeed, galleries: galleries)
    }

    /// Positions of metrics, at least one, each once and ascending; nil where they are no such.
    private func positions(_ metrics: [UInt32]) -> [Int]? {
        let found = metrics.map { Int($0) }
        let isSound = !found.isEmpty && found == Set(found).sorted() && found.allSatisfy { $0 < metricKinds.count }
        return isSound ? found : nil
    }

    /// The models with their layers, as a plan is made of them.
    fileprivate func models() throws(ProtocolError) -> [Model] {
        let count = modelNames.count
        guard count <= ProtocolLimits.layers, modelPaths.count == count, modelBytes.count == count,
            modelLayers.count == count, layerNames.count <= ProtocolLimits.layers,
            layerIndices.count == layerNames.count, layerWidths.count == layerNames.count,
            modelLayers.reduce(0, { $0 + Int($1) }) == layerNames.count
        else { throw ProtocolError("the models or layers have properties of too many or too few") }
        var models: [Model] = []
        var next = 0
        var bytesLeft = ProtocolLimits.storeBytes
        for model in 0..<count {
            guard let bytes = Int(exactly: modelBytes[model]), bytes <= bytesLeft else {
                throw ProtocolError("the stores of the sweep are too large")
            }
            bytesLeft -= bytes
            let end = next + Int(modelLayers[model])
            var layers: [(index: Int, name: String, width: Int)] = []
            for layer in next..<end { layers.append(try self.layer(layer)) }
            next = end
            models.append(
                (
                    try Checked.text(modelNames[model], "a model's name"),
                    try Checked.text(modelPaths[model], "a store's path"), bytes,
                    layers
                ))
        }
        return models
    }

    private func layer(_ layer: Int) throws(ProtocolError) -> (index: Int, name: String, width: Int) {
        let (index, width) = (Int(layerIndices[layer]), Int(layerWidths[layer]))
        guard (0..<ProtocolLimits.layers).contains(index) || index == PlannedLayer.concatenation,
            (1..<ProtocolLimits.extent).contains(width)
        else { throw ProtocolError("a layer of index \(index) and \(width) features cannot be") }
        return (index, try Checked.text(layerNames[layer], "a layer's name"), width)
    }
}
