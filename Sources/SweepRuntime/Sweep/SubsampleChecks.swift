internal import FeatureStore
internal import PermutationStatistics
internal import SweepCost
internal import SweepModel

/// Whether subsamples of a sweep's samples can be scored as its specification asks.
enum SubsampleChecks {
    /// Bytes of the scores of model pairs in all subsamples that a sweep may have: they are kept, sent and put together whole.
    private static let mostBytes = 4 << 30

    /// What a user should know of them. Throws where there can be none.
    static func warnings(
        _ plan: SweepPlan, _ stores: [StoreMetadata], _ join: SampleJoin, groups: SampleGroups?
    ) throws(Complaint) -> [String] {
        for drawn in plan.subsamples { try check(drawn, plan, groups: groups) }
        guard let intervals = plan.subsamples.first(where: { $0.design == .halves }) else { return [] }
        var warnings: [String] = []
        if groups == nil, PermutationChecks.areGrouped(stores, join) {
            warnings.append(
                "the stores have groups of samples, which are drawn one by one as though they were independent: give --exclude-groups to draw whole groups, or intervals are too narrow"
            )
        }
        let unproven = intervals.metrics.map { plan.metrics[$0] }
            .filter { $0.kind.definition.subsampling == .notValidated }.map(\.id)
        if !unproven.isEmpty {
            warnings.append(
                "intervals of \(unproven.joined(separator: ", ")) are not validated: it was not shown that they cover what they say"
            )
        }
        return warnings
    }

    private static func check(_ drawn: SubsamplePlan, _ plan: SweepPlan, groups: SampleGroups?) throws(Complaint) {
        let design = SubsampleDesign(groups: groups?.groups, sampleCount: plan.sampleCount)
        let (key, one) = drawn.design == .halves ? ("intervals", "a subsample") : ("splits", "a part")
        func refuse(_ why: String, _ advice: String) -> Complaint {
            Complaint(.request, "there can be no \(key): \(why)", at: key, advice: advice)
        }
        if let defect = design.defect(drawn.design, count: drawn.count) {
            throw refuse(defect, "leave them out, or compare more samples")
        }
        let metrics = drawn.metrics.map { plan.metrics[$0] }
        let smallest = design.leastSamples(drawn.design, count: drawn.count)
        if let metric = metrics.first(where: { ($0.k ?? 3) >= smallest }) {
            throw refuse(
                "\(one) has \(smallest.counted("sample")), too few for \(metric.id)",
                "leave them out, give a smaller k, or compare more samples")
        }
        if let metric = metrics.first(where: { $0.kind == .jaccardKNN && ($0.k ?? 0) > PermutedOverlaps.mostNeighbours }
        ) {
            throw refuse(
                "of \(metric.id) overlaps within subsamples are counted up to k = \(PermutedOverlaps.mostNeighbours)",
                "give a smaller k, or leave jaccard_knn out")
        }
        let bytes = SubsampleWork(drawn, plan).bytes
        guard bytes <= mostBytes else {
            throw refuse(
                "\(drawn.count.grouped) scores of \(plan.xModels.count) x \(plan.yModels.count) models take \(UInt64(bytes).bytesInWords)",
                "give fewer subsamples, models or metrics: at most \(UInt64(mostBytes).bytesInWords)")
        }
    }
}
