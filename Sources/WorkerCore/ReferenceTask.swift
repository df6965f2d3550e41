internal import AlignmentMetrics
internal import ArtifactStore
internal import FeatureStore
internal import SweepModel
internal import SweepProtocol

/// Models of references in the place of stores: their surveys and artifacts are taken from the file, and nothing is computed.
extension TaskRunner {
    /// The references that a model, a position in the plan, is of; nil where it has a store.
    func references(ofModel model: Int) throws(Complaint) -> ReferenceModel? {
        guard context.plan.isReference(model: model) else { return nil }
        let (reader, order) = try open(model: model)
        guard let references = reader as? ReferenceModel, order == nil else {
            throw Self.changed(context.plan.models[model].path)
        }
        return references
    }

    func survey(model: Int, of references: ReferenceModel) throws(Complaint) -> ModelSurvey {
        let whole = references.survey
        let survey = ModelSurvey(
            clipThresholds: whole.clipThresholds,
            layerDigests: context.plan.models[model].layers.compactMap { layer in
                let index = context.plan.layers[layer].index
                return whole.layerDigests.indices.contains(index) ? whole.layerDigests[index] : nil
            }, warnings: whole.warnings)
        guard survey.fits(context.plan, model: model) else { throw Self.otherReferences(references) }
        return survey
    }

    /// What is known of a layer whose artifacts are now in the directory.
    func taken(
        _ layer: Int, from references: ReferenceModel, _ keys: LayerKeys,
        _ inputs: (thresholds: [Double], digest: String)
    ) throws -> SummaryDraft {
        let planned = context.plan.layers[layer]
        guard references.layers.indices.contains(planned.index),
            references.survey.layerDigests[planned.index] == inputs.digest,
            references.survey.clipThresholds(of: planned) == inputs.thresholds
        else { throw Self.otherReferences(references) }
        let held = references.layers[planned.index]
        guard held.diagnostics.areSound(sampleCount: context.plan.sampleCount) else {
            throw Self.otherReferences(references)
        }
        let shape = shapes[layer]
        var draft = SummaryDraft(keys: keys, ks: context.plan.neighbourCounts, shape: shape)
        draft.diagnostics = held.diagnostics
        if held.diagnostics.isConstant { return draft }
        let own = LayerKeys(
            context: context, digest: inputs.digest, clipThresholds: inputs.thresholds,
            blasCore: references.contents.core, listLength: references.contents.listLength)
        for (kind, key) in keys.artifacts.sorted(by: { $0.key.name < $1.key.name }) {
            if let file = try home.find(key, where: { shape.holds(kind, $0) }),
                draft.note(kind, metadata: file.metadata)
            {
                continue
            }
            // Its name says of what values and how it was made.
            guard let artifact = held.artifacts[kind.name], artifact.name == own.artifacts[kind]?.name else {
                throw Self.otherReferences(references)
            }
            let published = try file(of: artifact, references)
            let isThere =
                kind == .neighbours && references.contents.listLength != shape.listLength
                ? try shorten(published, references, key, shape, &draft) : try take(published, kind, key, shape, &draft)
            guard isThere else { throw Self.otherReferences(references) }
            onStep()
        }
        return draft
    }

    /// The file of an artifact, which has the SHA-256 that the list says.
    private func file(
        of artifact: ReferenceManifest.Artifact, _ references: ReferenceModel
    ) throws(Complaint) -> ArtifactFile {
        try references.file.check(artifact)
        guard let place = references.file.place(of: artifact),
            let file = ArtifactFile.open(
                path: references.file.path, within: place.offset..<place.offset + place.bytes, name: artifact.name)
        else { throw Self.otherReferences(references) }
        return file
    }

    /// Keeps an artifact under a name of these references: it says of what values it was made, and nobody here has seen them.
    private func take(
        _ published: ArtifactFile, _ kind: ArtifactKind, _ key: ArtifactKey, _ shape: ArtifactShape,
        _ draft: inout SummaryDraft
    ) throws -> Bool {
        guard shape.holds(kind, published), draft.note(kind, metadata: published.metadata) else { return false }
        try published.readAll().withUnsafeBytes { payload in
            try home.store(key, metadata: published.metadata, parts: [payload])
        }
        return true
    }

    /// Of lists that are longer than the sweep's the first neighbours: the lists that the sweep would have made.
    private func shorten(
        _ published: ArtifactFile, _ references: ReferenceModel, _ key: ArtifactKey,
        _ shape: ArtifactShape, _ draft: inout SummaryDraft
    ) throws -> Bool {
        let long = shape.with(listLength: references.contents.listLength)
        guard let lists = try? NeighbourLists(published, long) else { return false }
        var isNoted = false
        try lists.first(shape.listLength).write(groups: shape.groups) { metadata, payload in
            try home.store(key, metadata: metadata, parts: payload)
            isNoted = draft.note(.neighbours, metadata: metadata)
        }
        return isNoted
    }

    private static func otherReferences(_ references: ReferenceModel) -> Complaint {
        Complaint(
            .request, "the references hold something else than they say", at: references.metadata.path,
            advice: "get the file again, or make it again with this build")
    }
}
