internal import SweepModel
internal import WorkerCore

/// Whether workers have the memory that a sweep needs.
enum WorkerMemory {
    /// Refuses a sweep whose largest layer or tile does not fit into `bytes`, and names what takes most of it.
    static func check(_ plan: SweepPlan, bytes: Int) throws(Complaint) {
        let needed = WorkingMemory.required(plan)
        guard needed > bytes else { return }
        let n = plan.sampleCount
        let widest = plan.layers.max { $0.width < $1.width }
        let valueBytes = n * (widest?.width ?? 0) * (8 + 8 + 4)
        let hasPairs = plan.artifactKinds.contains(where: \.isPairMatrix)
        let (what, advice) =
            if needed == WorkingMemory.permutationBytes(plan) {
                ("scores under permutations", "calibrate fewer metrics, or none")
            } else if needed == WorkingMemory.subsampleBytes(plan) {
                ("scores of subsamples", "give fewer metrics intervals or splits, or none")
            } else if hasPairs, needed - valueBytes > valueBytes {
                ("matrices over all pairs of \(n) samples", "compare fewer samples")
            } else if let widest {
                (
                    "the \(n) x \(widest.width) values of layer '\(widest.name)' of \(plan.models[widest.model].name)",
                    "leave out the widest layers"
                )
            } else {
                ("the layers", "compare fewer samples")
            }
        throw Complaint(
            .request, "\(what) need \(needed.bytesInWords) in each worker, which may use \(bytes.bytesInWords)",
            at: "--memory", advice: "give more --memory or fewer --workers, or \(advice)")
    }
}
