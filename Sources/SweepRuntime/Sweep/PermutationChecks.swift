internal import FeatureStore
internal import Foundation
internal import PermutationStatistics
internal import SweepCost
internal import SweepModel

/// Whether the samples of a sweep can be permuted as its specification asks.
enum PermutationChecks {
    /// Bytes of null distributions that a sweep may have: they are kept, sent and put together whole.
    private static let mostBytes = 4 << 30

    /// What a user should know of permutations. Throws where there can be none.
    static func warnings(
        _ plan: SweepPlan, _ stores: [StoreMetadata], _ join: SampleJoin, groups: SampleGroups?
    ) throws(Complaint) -> [String] {
        guard let drawn = plan.permutations else { return [] }
        let design =
            PermutationDesign(groups: groups?.groups, sampleCount: plan.sampleCount)
        if let defect = design.defect {
            throw Complaint(
                .request, "scores cannot be calibrated: \(defect)", at: "calibrate",
                advice: "leave it out, or give groups of which several have as many samples")
        }
        let bytes = PermutationWork(plan).bytes
        guard bytes <= mostBytes else {
            throw Complaint(
                .request,
                "scores under \(drawn.count.grouped) permutations of \(plan.xModels.count) x \(plan.yModels.count) models take \(UInt64(bytes).bytesInWords)",
                at: "calibrate",
                advice: "give at most \(UInt64(mostBytes).bytesInWords) of them: fewer permutations, models or metrics")
        }
        var warnings: [String] = []
        if groups == nil, areGrouped(stores, join) {
            warnings.append(
                "the stores have groups of samples, which are permuted one by one as though they were independent: give --exclude-groups to permute whole groups"
            )
        }
        // p is at least one in so many.
        if design.log2Arrangements < 10 {
            warnings.append(
                "samples can be permuted in \(Int(exp2(design.log2Arrangements).rounded())) ways only, so that no p is small"
            )
        }
        if design.fixedSamples > 0 {
            warnings.append(
                "\(design.fixedSamples.counted("sample")) of \(plan.sampleCount) are matched as they are under every permutation: their group is the only one of its size"
            )
        }
        return warnings
    }

    /// Whether the stores say that some samples belong together.
    static func areGrouped(_ stores: [StoreMetadata], _ join: SampleJoin) -> Bool {
        (try? SampleGroups(stores, join: join))?.sizes.contains { $0 > 1 } ?? false
    }
}
