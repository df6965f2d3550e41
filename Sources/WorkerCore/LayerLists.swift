internal import AlignmentMetrics
internal import ArtifactStore
package import SweepModel

/// The nearest neighbours of every sample in a layer.
package struct LayerLists: Sendable {
    /// Neighbours a sample.
    package let k: Int
    /// Those of sample i in `indices[i * k ..< (i + 1) * k]`, most similar first (n x k).
    package let indices: [Int32]
}

extension TaskRunner {
    /// The lists of a layer, a position in the plan, whose artifacts are in the directory; nil where it has none, or has them no more.
    package func lists(ofLayer layer: Int, _ summary: LayerSummary) -> LayerLists? {
        guard let name = summary.artifacts[.neighbours], let file = ArtifactFile.open(name, in: home.directory),
            let lists = (try? NeighbourLists(file, shapes[layer])) ?? nil
        else { return nil }
        return LayerLists(k: lists.k, indices: lists.indices)
    }
}
