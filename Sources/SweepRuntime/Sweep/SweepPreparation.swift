package import FeatureStore
package import SweepModel

/// A specification resolved against the stores that it names, checked, and planned.
package struct PreparedSweep: Sendable {
    package let spec: SweepSpec
    package let plan: SweepPlan
    /// The metadata of every store, in the order of `plan.models`.
    package let stores: [StoreMetadata]
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
        try StoreReader(path: path).metadata
    }

    /// Opens every store that `spec` names, by `reading`, and joins their samples. Throws on anything that breaks a rule of the contracts.
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
        let join = try SampleJoin(stores, samples: spec.samples, allowDatasetMismatch: spec.allowDatasetMismatch)
        let groups = spec.excludeGroups ? try SampleGroups(stores, join: join) : nil
        try NeighbourLimits.check(spec, sampleCount: join.ids.count, largestGroup: groups?.sizes.max())
        let names = stores.map { spec.nameFromFile ? StorePaths.fileName($0.path) : $0.model }
        for side in [selection.x, selection.y ?? []] { try Self.checkNames(side, names, stores, spec.nameFromFile) }
        var models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])] = []
        var layerWarnings: [String] = []
        for (store, name) in zip(stores, names) {
            let selected = try LayerSelection(spec, of: store)
            layerWarnings += selected.warnings
            models.append((name, store.path, store.valueBytes(samples: join.ids.count), selected.layers))
        }
        self.spec = spec
        self.stores = stores
        self.join = join
        plan = SweepPlan(
            sampleCount: join.ids.count, models: models, xModels: selection.x, yModels: selection.y,
            metrics: spec.parameterizedMetrics,
            curves: spec.curves, variant: spec.variant)
        self.groups = groups
        warnings = SweepWarnings.of(spec, stores, join) + layerWarnings
        passedOver = selection.passedOver
    }

    private static func checkNames(
        _ side: [Int], _ names: [String], _ stores: [StoreMetadata], _ areFromFiles: Bool
    ) throws(Complaint) {
        var seen: [String: Int] = [:]
        for model in side {
            guard let other = seen.updateValue(model, forKey: names[model]) else { continue }
            throw Complaint(
                .request, "the model name '\(names[model])' occurs twice",
                at: "\(stores[other].path) and \(stores[model].path)",
                advice: areFromFiles
                    ? "leave one out, or take the names that the stores give"
                    : "leave one out, or say --name-from file to take the file names")
        }
    }
}
