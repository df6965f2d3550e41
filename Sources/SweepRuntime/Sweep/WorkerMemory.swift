internal import SweepModel
internal import WorkerCore

/// The memory that one worker needs whatever it keeps from one work item to the next.
enum WorkerMemory {
    /// Bytes for the work on the largest layer or on a tile, whichever takes more.
    static func required(_ plan: SweepPlan) -> Int { max(layer(plan), tile(plan)) }

    /// The bytes of a square matrix of so many rows; as many as there can be where they cannot be counted.
    private static func square(_ rows: Int, bytes: Int) -> Int {
        let (entries, overflow) = rows.multipliedReportingOverflow(by: rows)
        return overflow || entries > 1 << 56 ? 1 << 56 : entries * bytes
    }

    /// Bytes for the largest layer's work: stored, prepared and centred values, and what is made of all pairs of samples.
    private static func layer(_ plan: SweepPlan) -> Int {
        let n = plan.sampleCount
        let widest = plan.layers.map(\.width).max() ?? 0
        let kinds = plan.artifactKinds
        var values = n * widest * (8 + 8 + 4)
        // Centred and standardised copies in float64.
        if kinds.contains(where: { $0.form != .lists && !$0.definition.isFactorable }) { values += n * widest * 8 }
        if kinds.contains(where: { $0.form == .basis }) { values += n * widest * 8 + square(min(n, widest), bytes: 24) }
        // Neighbours alone can be found in steps.
        if kinds == [.neighbours], let steps = WorkingMemory.stepBytes(plan) { return steps }
        let isFactored = plan.linearKernelForm == .factor
        if isFactored { values += square(widest, bytes: 12) }
        return values + pairBytes(kinds.filter { !($0.definition.isFactorable && isFactored) }) * n * (n - 1) / 2
            + productTiles
    }

    /// Bytes for the artifacts that a tile cannot do without, and for what is made of them; an eighth is for what is small.
    private static func tile(_ plan: SweepPlan) -> Int {
        let n = plan.sampleCount
        // The lists of one layer on either side, and what a metric keeps for every listed neighbour.
        var bytes = 2 * WorkingMemory.bytesPerNeighbour * n * (plan.longestNeighbourList ?? 0)
        bytes += n * (plan.metrics.map { $0.kind.definition.bytesPerPlace * ($0.k ?? 0) }.max() ?? 0)
        // Bases of both sides, and those of one side by side for their products.
        bytes += 3 * 4 * n * (plan.basisDimensions ?? 0) * min(TileGrid.edge, plan.layers.count)
        return bytes / 8 * 9
    }

    /// Bytes for each pair of samples: artifacts are float32, what some are made of is float64, and ranking sorts it.
    private static func pairBytes(_ kinds: [ArtifactKind]) -> Int {
        var bytes = 4 * kinds.count(where: \.isPairMatrix)
        if kinds.contains(where: \.definition.isOfPairProducts) { bytes += 16 }
        return bytes + (kinds.map(\.definition.makingBytesPerSamplePair).max() ?? 0)
    }

    /// Two tiles of the symmetric product.
    private static let productTiles = 2 * 4 * 1024 * 1024

    /// Refuses a sweep whose largest layer does not fit into `bytes`, and names what takes most of it.
    static func check(_ plan: SweepPlan, bytes: Int) throws(Complaint) {
        let needed = required(plan)
        guard needed > bytes else { return }
        let n = plan.sampleCount
        let widest = plan.layers.max { $0.width < $1.width }
        let valueBytes = n * (widest?.width ?? 0) * (8 + 8 + 4)
        let hasPairs = plan.artifactKinds.contains(where: \.isPairMatrix)
        let (what, advice) =
            if hasPairs, needed - valueBytes > valueBytes {
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
