internal import SweepModel

/// The memory that one worker needs whatever it keeps from one work item to the next.
enum WorkerMemory {
    /// Bytes for the largest layer's work: stored, prepared and centred values, and its packed Gram matrix where one is wanted.
    static func required(_ plan: SweepPlan) -> Int {
        let n = plan.sampleCount
        let widest = plan.layers.map(\.width).max() ?? 0
        let values = n * widest * (8 + 8 + 4)
        return values + (plan.needsGrams ? 2 * n * n : 0) + productTiles
    }

    /// Two tiles of the symmetric product.
    private static let productTiles = 2 * 4 * 1024 * 1024

    /// Refuses a sweep whose largest layer does not fit into `bytes`.
    static func check(_ plan: SweepPlan, bytes: Int) throws(Complaint) {
        let needed = required(plan)
        guard needed > bytes else { return }
        let what =
            plan.needsGrams ? "the Gram matrices of \(plan.sampleCount) samples" : "the largest layer"
        throw Complaint(
            .request, "\(what) need \(needed >> 20) MiB in each worker, which may use \(bytes >> 20) MiB",
            at: "--memory",
            advice: "give more --memory or fewer --workers, or compare fewer samples")
    }
}
