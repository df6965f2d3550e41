internal import SweepModel

/// Models in the order of a dendrogram: average linkage of 1 - s (0 where s is 1 up to rounding) under one metric, leaves ordered optimally.
package struct ModelClustering: Sendable {
    package let metric: String
    /// Positions in x, from left to right.
    package let order: [Int]
    /// The tree: leaves are positions in x.
    package let merges: [AverageLinkage.Merge]
    /// The number of pairs without a score, taken to be as far apart as the farthest.
    package let missingCount: Int

    /// Every metric of a symmetric sweep of at least two models; scores of metrics that are not symmetric are averaged. Nothing for a
    /// cross sweep, whose rows and columns are different models.
    package static func all(_ analysis: ComparedSweep) -> [ModelClustering] {
        guard analysis.sweep.isSymmetric, analysis.compared.count > 1 else { return [] }
        return analysis.metrics.map { ModelClustering($0, count: analysis.compared.count) }
    }

    private init(_ metric: ComparedSweep.Metric, count: Int) {
        // Below 0 where scores exceed 1, as unscaled ones of released code do: linkage does not mind.
        var distances = metric.matrix.map(ScoreRounding.complement)
        let farthest = distances.filter(\.isFinite).max() ?? 1
        var missing = 0
        for i in 0..<count {
            for j in 0..<count where distances[i * count + j].isNaN {
                distances[i * count + j] = i == j ? 0 : farthest
                if i < j { missing += 1 }
            }
        }
        self.metric = metric.id
        missingCount = missing
        merges = AverageLinkage(distances: distances, count: count).merges
        order = OptimalLeafOrder(merges, distances: distances, count: count).order
    }
}
