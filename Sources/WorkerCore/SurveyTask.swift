internal import AlignmentMetrics
internal import ArtifactStore
internal import FeatureStore
internal import Foundation
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Reads every layer of a model once: checks the values, digests them and finds the clip threshold on the way.
    ///
    /// What was found is remembered by the file's identity, so that a store that has not changed is not read again for artifacts
    /// that are already there. Nothing is remembered of what a server cannot identify.
    func survey(model: Int) throws -> ModelSurvey {
        if let references = try references(ofModel: model) { return try survey(model: model, of: references) }
        // A store on a server is opened first: what its version is said to be has to hold for the bytes that are then read.
        let path = context.plan.models[model].path
        let opened = StorePaths.isURL(path) ? try openAgain(model: model) : nil
        let version = opened?.reader.exactVersion.map { ["version": $0] }
        let file = opened == nil ? try fileIdentity(path) : nil
        if let file, !context.storeVersions.isEmpty, file.text != context.storeVersions[model] {
            throw Self.changed(path)
        }
        let identity = version ?? file?.parts
        let memo = identity.map { surveyKey(model: model, identity: $0) }
        if let memo, let file = ArtifactFile.open(memo.name, key: memo, in: home.directory),
            let known = ModelSurvey(json: file.metadata), known.fits(context.plan, model: model)
        {
            return known
        }
        let planned = context.plan.models[model]
        let (reader, order) = try opened ?? openAgain(model: model)
        // By the identity of what is read, from before the first byte to after the last.
        guard reader.identity == file else { throw Self.changed(path) }
        let layers = reader.metadata.layers
        let positions = Dictionary(
            uniqueKeysWithValues: planned.layers.map { (context.plan.layers[$0].index, $0) })
        let ids = try joinedIDs()
        var digests: [String] = []
        var zeroRows: [Int: Int] = [:]
        var clip = ClipSearch(context.clip, scope: context.clipScope, layers: layers, sampleCount: ids.count)
        /// Reads a layer some rows at a time: while some are looked at, the next ones are read.
        func look(_ index: Int, _ body: (Range<Int>, StoredMatrix) throws -> Void) throws {
            try ReadAhead.forEach(
                slabs(of: layers[index], isInOrder: order == nil, sampleCount: ids.count),
                read: { try reader.readRows($0, ofLayer: index, order: order) }
            ) { samples, values in
                try body(samples, values)
                onStep()
            }
        }
        /// Looks once more at a layer, which is in memory where that was dear to read.
        func again(_ index: Int, _ body: (StoredMatrix) throws -> Void) throws {
            if let position = positions[index], let known = features.values(of: position) {
                return try body(known.values)
            }
            try look(index) { try body($1) }
        }
        for index in layers.indices {
            let digest = LayerDigest()
            func take(_ samples: Range<Int>, _ values: StoredMatrix) throws {
                for row in try reader.checkValues(values, layer: index, ids: Array(ids[samples])) {
                    zeroRows[samples.lowerBound + row, default: 0] += 1
                }
                clip.take(values, ofLayer: index)
                digest.take(values)
            }
            if let position = positions[index], !reader.isReadAsStored(index),
                ids.count * layers[index].width * layers[index].precision.byteSize <= features.limitBytes
            {
                let values = try reader.readLayer(index, order: order)
                try take(ids.indices, values)
                let found = digest.finish()
                digests.append(found)
                features.keep(values, digest: found, layer: position)
                onStep()
            } else {
                try look(index, take)
                digests.append(digest.finish())
            }
            try clip.endLayer { try again(index, $0) }
        }
        let thresholds = try clip.finish { body in
            for index in layers.indices { try again(index, body) }
        } rows: { index, samples in
            try reader.readRows(samples, ofLayer: index, order: order)
        }
        let found = ModelSurvey(
            clipThresholds: thresholds,
            layerDigests: planned.layers.map { layer in
                let index = context.plan.layers[layer].index
                return index == PlannedLayer.concatenation ? Self.digest(ofLayers: digests) : digests[index]
            },
            warnings: warnings(zeroRows, ids, planned.name)
                + ClipWarning.warnings(thresholds, clip: context.clip, model: planned.name) { index in
                    positions[index] == nil ? nil : context.plan.label(ofLayer: positions[index] ?? 0)
                })
        if let file {
            guard StoreIdentity(path: path) == file else { throw Self.changed(path) }
        }
        if let memo { try home.directory.write(memo, metadata: found.json(), parts: []) }
        return found
    }

    /// Runs of samples whose values are read at a time, two of them in memory. In another order than the store's every run may be read from all
    /// over the layer, so that they are as long as there is memory.
    private func slabs(of layer: StoredLayer, isInOrder: Bool, sampleCount n: Int) -> [Range<Int>] {
        let bytes = isInOrder ? min(memoryBytes / 4, 64 << 20) : memoryBytes / 4
        let rows = max(1, bytes / (layer.width * layer.precision.byteSize))
        return stride(from: 0, to: n, by: rows).map { $0..<min($0 + rows, n) }
    }

    /// Forgets what was found of a model's store, which is not what is in it.
    func forgetSurvey(model: Int) throws(Complaint) {
        let path = context.plan.models[model].path
        guard !StorePaths.isURL(path) else { return }
        home.directory.remove(surveyKey(model: model, identity: try fileIdentity(path).parts).name)
    }

    /// The complaint that a model's store has other values than its survey says. The survey may be a wrong memory: the next one reads them.
    func otherValues(ofModel model: Int) -> Complaint {
        do { try forgetSurvey(model: model) } catch { return error }
        return Self.changed(context.plan.models[model].path)
    }

    private func warnings(_ zeroRows: [Int: Int], _ ids: [String], _ model: String) -> [String] {
        guard !zeroRows.isEmpty else { return [] }
        let names = zeroRows.keys.sorted().map { "'\(ids[$0])'" }
        let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        return [
            "\(model): all-zero rows, which stay zero when normalised, in \(names.count.counted("sample")): \(shown)"
        ]
    }

    /// A store's file as the system knows it.
    func fileIdentity(_ path: String) throws(Complaint) -> StoreIdentity {
        guard let identity = StoreIdentity(path: path) else {
            throw Complaint(
                .request, "the store cannot be found: \(String(cString: strerror(errno)))", at: path,
                advice: "keep stores where they are while a sweep runs, at the same path on every host")
        }
        return identity
    }

    /// By what a survey is remembered: the store's identity, the order of its samples and what was asked for.
    func surveyKey(model: Int, identity: [String: String]) -> ArtifactKey {
        let planned = context.plan.models[model]
        let layers = planned.layers.map { String(context.plan.layers[$0].index) }.joined(separator: ",")
        return ArtifactKey(
            kind: "survey",
            parts: [("algorithm", "\(algorithmVersion)"), ("path", planned.path)]
                + identity.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + [
                    ("samples", context.sampleDigest), ("clip", "\(context.clip) \(context.clipScope.rawValue)"),
                    ("model", planned.name), ("layers", layers),
                ] + (context.storeDigests.isEmpty ? [] : [("store", context.storeDigests[model])]))
    }
}
