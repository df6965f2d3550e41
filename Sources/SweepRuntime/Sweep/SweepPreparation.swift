internal import ContentHash
package import FeatureStore
package import SweepModel

/// A specification resolved against the stores that it names, checked, and planned.
package struct PreparedSweep: Sendable {
    package let spec: SweepSpec
    package let plan: SweepPlan
    /// The metadata of every store, in the order of `plan.models`, with the scores of a table that the specification names.
    package let stores: [StoreMetadata]
    /// The digests of what the stores say themselves (`StoreMetadata.digest`).
    package let storeDigests: [String]
    package let join: SampleJoin
    /// Where samples of one group are never each other's neighbours.
    package let groups: SampleGroups?
    /// What the user should know before the sweep, and whoever reads its results.
    package let warnings: [String]
    /// What was passed over where stores were looked for. It depends on what else lies there, so that no results record it.
    package let passedOver: [String]

    /// How the metadata of the store at a path is found.
    package typealias Reading = (_ path: String) throws(Complaint) -> StoreMetadata

    /// Opens a store in this process.
    package static func readingHere(_ path: String) throws(Complaint) -> StoreMetadata {
        try StoreOpener.standard.open(path).metadata
    }

    /// Opens every store that `spec` names, by `reading`, and joins their samples. Throws on anything that breaks a rule (Schemas/feature-store.md).
    /// - Parameter complain: told of every store on disk that cannot take part but the last one, about which it throws.
    package init(
        _ spec: SweepSpec, reading: Reading = Self.readingHere, complain: (Complaint) -> Void = { _ in }
    ) throws(Complaint) {
        var selection = try StoreSelection(x: spec.x, y: spec.y)
        // A server that is silent would be waited for time and again.
        let opened = try selection.openAll(until: { StorePaths.isURL($0) || $1.kind == .work }, reading)
        let refusals = opened.compactMap { if case .failure(let complaint) = $0 { complaint } else { nil } }
        for complaint in refusals.dropLast() { complain(complaint) }
        if let last = refusals.last { throw last }
        let stores = opened.compactMap { try? $0.get() }
        // References are what they are: the order of the samples is theirs.
        let join = try SampleJoin(
            stores.filter { $0.references != nil } + stores.filter { $0.references == nil }, samples: spec.samples,
            allowDatasetMismatch: spec.allowDatasetMismatch)
        let groups = spec.excludeGroups ? try SampleGroups(stores, join: join) : nil
        try NeighbourLimits.check(spec, sampleCount: join.ids.count, largestGroup: groups?.sizes.max())
        let names = stores.map {
            spec.nameFromFile && $0.references == nil ? StorePaths.fileName($0.path) : $0.model
        }
        let checking = NameChecking(names: names, stores: stores, areFromFiles: spec.nameFromFile)
        try checking.check(selection.x, selection.y ?? [])
        var models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])] = []
        var layerWarnings: [String] = []
        for (store, name) in zip(stores, names) {
            let selected = try LayerSelection(spec, of: store)
            layerWarnings += selected.warnings
            models.append((name, store.path, store.valueBytes(samples: join.ids.count), selected.layers))
        }
        self.spec = spec
        storeDigests = stores.map(\.digest.description)
        let table = try spec.scores.map { (path) throws(Complaint) in
            try ModelScoreTable(path: path).added(to: stores, named: names)
        }
        self.stores = table?.stores ?? stores
        self.join = join
        let least = try QueryChecks.leastGallery(spec, sampleCount: join.ids.count)
        let gallery = try GalleryChecks.plan(spec, sampleCount: join.ids.count, groups: groups, least: least)
        plan = SweepPlan(
            sampleCount: join.ids.count, models: models, xModels: selection.x, yModels: selection.y,
            metrics: spec.parameterizedMetrics,
            curves: spec.curves, variant: spec.variant, permutations: spec.permutationPlan,
            subsamples: spec.subsamplePlans(sampleCount: join.ids.count, groupSizes: groups?.sizes), gallery: gallery,
            queries: QueryChecks.plan(spec, sampleCount: join.ids.count, gallery: gallery, least: least))
        self.groups = groups
        let calibration = try PermutationChecks.warnings(plan, stores, join, groups: groups)
        let subsamples = try SubsampleChecks.warnings(plan, stores, join, groups: groups)
        let references = try ReferenceChecks.warnings(spec, plan, stores, join)
        warnings =
            SweepWarnings.of(spec, stores, join) + layerWarnings + calibration + subsamples + references
            + (table?.warnings ?? [])
        passedOver = selection.passedOver
    }
}

/// Looks whether the models of a sweep can be told apart by their names.
private struct NameChecking {
    let names: [String]
    let stores: [StoreMetadata]
    let areFromFiles: Bool

    /// Throws where two models of one side have one name, or where two names look the same.
    ///
    /// Names are compared as they look, since whoever reads results could not tell them apart either: the same characters in
    /// another Unicode normalisation are the same name.
    func check(_ x: [Int], _ y: [Int]) throws(Complaint) {
        for side in [x, y] {
            var seen: [String: Int] = [:]
            for model in side {
                if let other = seen.updateValue(model, forKey: names[model]) { throw complaint(other, model, side) }
            }
        }
        var seen: [String: Int] = [:]
        for model in x + y {
            guard let other = seen.updateValue(model, forKey: names[model]), !isSame(other, model) else { continue }
            throw complaint(other, model, x + y)
        }
    }

    private func isSame(_ one: Int, _ other: Int) -> Bool { ExactText(names[one]) == ExactText(names[other]) }

    private func complaint(_ one: Int, _ other: Int, _ side: [Int]) -> Complaint {
        // The other kind of names helps only where that tells all of them apart.
        let others = Set(side).map { areFromFiles ? stores[$0].model : StorePaths.fileName(stores[$0].path) }
        let isHelp = Set(others).count == others.count
        let change = areFromFiles ? "rename a file" : "write another attribute 'model'"
        let what =
            isSame(one, other)
            ? "the model name '\(names[other])' occurs twice"
            : "two model names '\(names[other])' differ only in their Unicode normalisation, and count as one"
        return Complaint(
            .request, what, at: "\(stores[one].path) and \(stores[other].path)",
            advice: !isHelp
                ? "leave one out, or \(change)"
                : areFromFiles
                    ? "leave one out, or take the names that the stores give"
                    : "leave one out, or say --name-from file to take the file names")
    }
}
