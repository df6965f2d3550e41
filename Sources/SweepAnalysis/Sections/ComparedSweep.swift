/// What all sections begin with: each model once, groups of them, and one matrix for each metric.
package struct ComparedSweep: Sendable {
    /// A metric's scores of N models.
    package struct Metric: Sendable {
        package let id: String
        /// N x N, symmetric; NaN where there is no score.
        package let matrix: [Double]
    }

    package let sweep: SweepScores
    package let compared: ComparedModels
    package let groups: [ComparisonGroup]
    package let metrics: [Metric]

    package init(_ sweep: SweepScores) {
        let compared = ComparedModels(sweep)
        self.sweep = sweep
        self.compared = compared
        groups = ComparisonGroup.all(compared, isSymmetric: sweep.isSymmetric)
        metrics = sweep.metrics.map { Metric(id: $0.id, matrix: compared.matrix($0)) }
    }

    /// The pairs that a group compares: its members with its references.
    package func pairs(of group: ComparisonGroup) -> [ComparedModels.Pair] {
        let (members, references) = (Set(group.members), Set(group.references))
        return compared.pairs.filter {
            members.contains($0.first) && references.contains($0.second)
                || members.contains($0.second) && references.contains($0.first)
        }
    }
}
