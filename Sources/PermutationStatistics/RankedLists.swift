/// The first neighbours of every sample in one layer, most similar first: as far as the layer lists them, or as its subsample has them.
package struct RankedLists: Equatable, Sendable {
    /// Samples that have lists: n, or queries.
    package let sampleCount: Int
    /// All indices are below it: n.
    package let indexLimit: Int
    /// Neighbours of each sample, R.
    package let reach: Int
    /// Neighbours of sample i in `indices[i * reach ..< (i + 1) * reach]` (n x R), each another one; -1 where a sample has none.
    package let indices: [Int32]

    package init(sampleCount: Int, reach: Int, indices: [Int32], indexLimit: Int? = nil) {
        precondition(reach > 0 && indices.count == sampleCount * reach, "a list for each sample")
        self.sampleCount = sampleCount
        self.indexLimit = indexLimit ?? sampleCount
        self.reach = reach
        self.indices = indices
    }
}
