/// The k most similar samples of every sample, exactly, in the total order (Schemas/metrics.md, *Notation*): self excluded, most similar
/// first, ties by ascending index. The artifact behind every neighbour metric.
///
/// Of queries there are lists in several galleries (`QuerySamples`): first those of all queries among all samples, then those in each smaller
/// gallery.
package struct NeighbourLists: Equatable {
    /// Samples that have lists: all n, a run of them, or queries.
    package let sampleCount: Int
    /// Neighbours a sample.
    package let k: Int
    /// The galleries in which every sample has a list.
    package let galleryCount: Int
    /// All indices are below it.
    package let indexLimit: Int
    /// Neighbours of sample i in `indices[i * k ..< (i + 1) * k]` (n x k); of queries those in smaller galleries follow.
    package let indices: [Int32]
    /// Their float64 similarities x̂_i·x̂_j (n x k).
    package let similarities: [Double]
    /// How many rows have a tie at the boundary after rank r among all samples, for r = 1 … k (k): element r - 1.
    package let tiedRows: [Int32]

    /// x̂_i·m, the mean similarity of sample i to all, itself included (n), and |m|², the mean of those: what centring takes off.
    package let rowMeans: [Double]
    package let grandMean: Double
    /// The power of two by which similarities are multiplied: 1 but for features in an extreme unit.
    package let scale: Double

    package init(
        sampleCount: Int, k: Int, indices: [Int32], similarities: [Double], tiedRows: [Int32], rowMeans: [Double],
        grandMean: Double, scale: Double = 1, galleryCount: Int = 1, indexLimit: Int? = nil
    ) {
        precondition(
            indices.count == sampleCount * galleryCount * k && similarities.count == indices.count
                && tiedRows.count == k && rowMeans.count == sampleCount * galleryCount)
        self.galleryCount = galleryCount
        self.indexLimit = indexLimit ?? sampleCount
        self.sampleCount = sampleCount
        self.k = k
        self.indices = indices
        self.similarities = similarities
        self.tiedRows = tiedRows
        self.rowMeans = rowMeans
        self.grandMean = grandMean
        self.scale = scale
    }

    /// The lists of a whole layer, given those of runs of its rows one after another (`NeighbourSearch`).
    package init(joining runs: [NeighbourLists]) {
        let k = runs.first?.k ?? 0
        self.init(
            sampleCount: runs.reduce(0) { $0 + $1.sampleCount }, k: k, indices: runs.flatMap(\.indices),
            similarities: runs.flatMap(\.similarities),
            tiedRows: (0..<k).map { rank in runs.reduce(0) { $0 + $1.tiedRows[rank] } },
            rowMeans: runs.flatMap(\.rowMeans), grandMean: runs.first?.grandMean ?? .nan, scale: runs.first?.scale ?? 1)
    }

    /// The lists of the first `count` neighbours.
    package func first(_ count: Int) -> NeighbourLists {
        precondition((1...k).contains(count))
        func kept<Value>(_ values: [Value]) -> [Value] {
            stride(from: 0, to: values.count, by: k).flatMap { values[$0..<$0 + count] }
        }
        return NeighbourLists(
            sampleCount: sampleCount, k: count, indices: kept(indices), similarities: kept(similarities),
            tiedRows: Array(tiedRows.prefix(count)), rowMeans: rowMeans, grandMean: grandMean, scale: scale,
            galleryCount: galleryCount, indexLimit: indexLimit)
    }

    /// The share of rows with a tie at the boundary of their first `k` neighbours.
    package func tiedShare(atK k: Int) -> Double { Double(tiedRows[k - 1]) / Double(sampleCount) }

    /// Calls `body` with the k neighbours of sample `row`.
    @inline(__always)
    func withNeighbours<Result>(of row: Int, _ body: (UnsafePointer<Int32>) -> Result) -> Result? {
        indices.withUnsafeBufferPointer { indices in indices.baseAddress.map { body($0 + row * k) } }
    }
}
