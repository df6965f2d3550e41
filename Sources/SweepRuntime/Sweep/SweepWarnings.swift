internal import FeatureStore
internal import SweepModel

/// What a user should know of a sweep's stores and specification before it runs.
enum SweepWarnings {
    static func of(_ spec: SweepSpec, _ stores: [StoreMetadata], _ join: SampleJoin) -> [String] {
        var warnings: [String] = []
        if join.idsAreCounters {
            warnings.append("the sample ids are merely 0 … n-1: nothing proves that the stores hold the same samples")
        }
        let first = stores.first { ExactText($0.path) == ExactText(join.orderedBy) }
        for store in stores where store.sampleDigest != join.digest {
            let left = store.sampleCount - join.ids.count
            guard left > 0 else {
                warnings.append("\(store.path): its samples are reordered to the order of \(join.orderedBy)")
                continue
            }
            let hint = first.flatMap { SampleJoin.normalisation(store.sampleIDs, $0.sampleIDs) }.map { "; \($0)" } ?? ""
            warnings.append(
                "\(store.path): \(left) of its \(store.sampleCount) samples are left out, as other stores lack them\(hint)"
            )
        }
        for store in stores {
            warnings += (store.warnings ?? []).map { "\(store.path): \($0)" }
        }
        for store in stores where store.isUnlocked {
            warnings.append("\(store.path): the file system cannot lock it, so a writer would go unnoticed")
        }
        return warnings + spec.metrics.compactMap { $0.definition.warnings[spec.variant] }
    }
}
