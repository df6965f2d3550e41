package import FeatureStore
internal import Foundation
package import SweepModel

/// A specification resolved against the stores that it names, checked, and planned.
package struct PreparedSweep: Sendable {
    package let spec: SweepSpec
    package let plan: SweepPlan
    /// The metadata of every store, in the order of `plan.models`.
    package let stores: [StoreMetadata]
    package let join: SampleJoin
    /// What the user should know before the sweep.
    package let warnings: [String]

    /// Opens every store that `spec` names and joins their samples. Throws on anything that breaks a rule of the contracts.
    package init(_ spec: SweepSpec) throws(Complaint) {
        let xPaths = try StorePaths.resolve(spec.x)
        var yPaths: [String]?
        if let y = spec.y { yPaths = try StorePaths.resolve(y) }
        let paths = Set(xPaths + (yPaths ?? [])).sorted()
        var stores: [StoreMetadata] = []
        for path in paths { stores.append(try StoreReader(path: path).metadata) }
        let join = try SampleJoin(stores, allowDatasetMismatch: spec.allowDatasetMismatch)
        for k in spec.metrics.contains(where: \.isNeighbourMetric) ? spec.k : [] where k >= join.ids.count {
            throw Complaint(
                .request, "k is \(k), and there are \(join.ids.count) samples", at: "k",
                advice: "give a k below the number of samples")
        }
        if let k = spec.longestNeighbourList, k > Self.longestList {
            throw Complaint(
                .request, "k is \(k), and lists hold at most \(Self.longestList) neighbours", at: "k",
                advice: "give a smaller k")
        }
        let names = stores.map { spec.nameFromFile ? Self.fileName($0.path) : $0.model }
        let position = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
        let x = xPaths.compactMap { position[$0] }
        let y = yPaths?.compactMap { position[$0] }
        for side in [x, y ?? []] { try Self.checkNames(side, names, stores) }
        var models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])] = []
        for (store, name) in zip(stores, names) {
            let chosen = try Self.selection(spec.layers, of: store)
            models.append(
                (name, store.path, store.valueBytes, chosen.map { ($0, store.layers[$0].name, store.layers[$0].width) })
            )
        }
        self.spec = spec
        self.stores = stores
        self.join = join
        plan = SweepPlan(
            sampleCount: join.ids.count, models: models, xModels: x, yModels: y, metrics: spec.parameterizedMetrics)
        warnings = Self.warnings(stores, join)
    }

    /// Ranks are compared as 16-bit numbers.
    private static let longestList = 65_534

    private static func fileName(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
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

    private static func selection(_ layers: SweepSpec.LayerSelection, of store: StoreMetadata) throws(Complaint)
        -> [Int]
    {
        let count = store.layers.count
        switch layers {
        case .all: return Array(0..<count)
        case .last: return [count - 1]
        case .indices(let indices):
            var chosen: Set<Int> = []
            for index in indices {
                let position = index < 0 ? count + index : index
                guard (0..<count).contains(position) else {
                    throw Complaint(
                        .request, "layer \(index) is asked for, and the store has \(count) layers", at: store.path,
                        advice: "choose layers that every model has")
                }
                chosen.insert(position)
            }
            return chosen.sorted()
        }
    }

    private static func warnings(_ stores: [StoreMetadata], _ join: SampleJoin) -> [String] {
        var warnings: [String] = []
        if join.idsAreCounters {
            warnings.append("the sample ids are merely 0 … n-1: nothing proves that the stores hold the same samples")
        }
        for store in stores where store.sampleDigest != join.digest {
            warnings.append("\(store.path): its samples are reordered to the order of \(join.orderedBy)")
        }
        for store in stores where store.isUnlocked {
            warnings.append("\(store.path): the file system cannot lock it, so a writer would go unnoticed")
        }
        return warnings
    }
}
