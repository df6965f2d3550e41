internal import AlignmentMetrics
internal import LinearAlgebra
internal import PermutationStatistics
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// The neighbours of the queries of a sweep in a layer, whose rows are read in slabs; nil where all rows are the same.
    func lists(
        of queries: QuerySamples, _ layer: Int, _ inputs: (thresholds: [Double], digest: String)
    ) throws -> NeighbourLists? {
        let width = context.plan.layers[layer].width
        func bytes(_ threads: Int) -> Int {
            WorkingMemory.queryBytes(context.plan, width: width, threads: threads) ?? 0
        }
        let threads = team(bytes)
        let needed = bytes(threads.most)
        guard needed <= memoryBytes else { throw tooLarge("layer", layer, needed) }
        MatrixMemory.keepIdle(atMost: min(memoryBytes / Self.idleShare, memoryBytes - needed))
        makeRoom(for: needed)
        let rows = try streamed(layer, clipThresholds: inputs.thresholds, digest: inputs.digest)
        guard !rows.isConstant else { return nil }
        let lists = try neighbourSearch(rows, threads).lists(of: queries)
        try checkUnchanged(layer)
        return lists
    }
}
