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
    /// What the user should know before the sweep.
    package let warnings: [String]

    /// How the metadata of the store at a path is found.
    package typealias Reading = (_ path: String) throws(Complaint) -> StoreMetadata

    /// Opens a store in this process.
    package static func readingHere(_ path: String) throws(Complaint) -> StoreMetadata {
        try StoreReader(path: path).metadata
    }

    /// Opens every store that `spec` names, by `reading`, and joins their samples. Throws on anything that breaks a rule of the contracts.
    package init(_ spec: SweepSpec, reading: Reading = Self.readingHere) throws(Complaint) {
        let xPaths = try StorePaths.resolve(spec.x)
        var yPaths: [String]?
        if let y = spec.y { yPaths = try StorePaths.resolve(y) }
        let paths = Set(xPaths + (yPaths ?? [])).sorted()
        var stores: [StoreMetadata] = []
        for path in paths { stores.append(try reading(path)) }
        let join = try SampleJoin(stores, samples: spec.samples, allowDatasetMismatch: spec.allowDatasetMismatch)
        let groups = spec.excludeGroups ? try SampleGroups(stores, join: join) : nil
        try NeighbourLimits.check(spec, sampleCount: join.ids.count, largestGroup: groups?.sizes.max())
        let names = stores.map { spec.nameFromFile ? StorePaths.fileName($0.path) : $0.model }
        let position = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
        let x = xPaths.compactMap { position[$0] }
        let y = yPaths?.compactMap { position[$0] }
        for side in [x, y ?? []] { try Self.checkNames(side, names, stores) }
        var models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])] = []
        for (store, name) in zip(stores, names) {
            let layers = try LayerSelection.layers(spec, of: store)
            models.append((name, store.path, store.valueBytes(samples: join.ids.count), layers))
        }
        self.spec = spec
        self.stores = stores
        self.join = join
        plan = SweepPlan(
            sampleCount: join.ids.count, models: models, xModels: x, yModels: y, metrics: spec.parameterizedMetrics,
            curves: spec.curves, variant: spec.variant)
        self.groups = groups
        warnings = SweepWarnings.of(spec, stores, join)
    }

    private static func checkNames(_ side: [Int], _ names: [String], _ stores: [StoreMetadata]) throws(Complaint) {
        var seen: [String: Int] = [:]
        for model in side {
            guard let other = seen.updateValue(model, forKey: names[model]) else { continue }
            throw Complaint(
                .request, "the model name '\(names[model])' occurs twice",
                at: "\(stores[other].path) and \(stores[model].path)",
                advice: "leave one out, or say --name-from file to take the file names")
        }
    }
}
