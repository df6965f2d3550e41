/// The directed edges of a graph, and how many epochs pass between the samples of each.
package struct EdgeSchedule: Sendable {
    package let heads: [Int32]
    package let tails: [Int32]
    /// Epochs between samples, at least 1: the largest weight over the edge's (umap-learn's `make_epochs_per_sample`).
    package let periods: [Double]

    package init(heads: [Int32], tails: [Int32], periods: [Double]) {
        precondition(heads.count == tails.count && heads.count == periods.count, "one head, tail and period an edge")
        self.heads = heads
        self.tails = tails
        self.periods = periods
    }

    /// Every vertex's first edge, then every vertex's second, and so on: neighbouring steps move different points, which a
    /// processor overlaps. umap-learn goes vertex by vertex; a run of epochs visits the same edges either way.
    package init(_ graph: FuzzyGraph) {
        let largest = graph.weights.max() ?? 1
        var (heads, tails, periods) = ([Int32](), [Int32](), [Double]())
        let degrees = (0..<graph.count).map { graph.starts[$0 + 1] - graph.starts[$0] }
        for turn in 0..<(degrees.max() ?? 0) {
            for vertex in 0..<graph.count where turn < degrees[vertex] {
                let position = graph.starts[vertex] + turn
                heads.append(Int32(vertex))
                tails.append(Int32(graph.columns[position]))
                periods.append(largest / graph.weights[position])
            }
        }
        self.init(heads: heads, tails: tails, periods: periods)
    }
}
