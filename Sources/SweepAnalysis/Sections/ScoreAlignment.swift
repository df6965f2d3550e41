internal import SweepModel

/// Alignment against a score of the models under one metric: one panel as in the paper's figures 3 and 4.
package struct ScoreAlignment: Sendable {
    /// Up to so many reference models each has a band of its own; beyond it only the mean over them has one.
    package static let mostBandedReferences = 8
    /// Above so many reference models there is the mean over them only: lines for each would take scores x metrics x models² numbers.
    package static let mostReferences = 1000

    /// The metric's id.
    package let metric: String
    package let axis: ScoreAxis
    /// Which models are the points.
    package let subjects: ComparisonGroup.Subjects
    /// The names of the models that have the score.
    package let members: [String]
    /// For each member its family, nil where unknown.
    package let families: [String?]
    /// For each member its score as shown.
    package let shown: [Double]
    /// One line for each reference model, in order; none where there are more than `mostReferences`.
    package let lines: [AlignmentLine]
    /// Each member's mean alignment over the reference models that it has a score with.
    package let pooled: AlignmentLine
    /// For each member the number of those reference models.
    package let referenceCounts: [Int]

    /// One point of a line.
    package struct Point: Sendable {
        package let model: String
        package let shown: Double
        package let alignment: Double
    }

    /// The points of a line: the members that have an alignment.
    package func points(of line: AlignmentLine) -> [Point] {
        members.indices.filter { line.alignments[$0].isFinite }
            .map { Point(model: members[$0], shown: shown[$0], alignment: line.alignments[$0]) }
    }

    /// Every metric against every score that models of a group have.
    package static func all(_ analysis: ComparedSweep, bootstrap: BootstrapBand.Options) -> [ScoreAlignment] {
        analysis.groups.flatMap { group in
            let panels = analysis.compared.scoreNames.compactMap { Members(analysis.compared, group, score: $0) }
            return analysis.metrics.flatMap { metric -> [ScoreAlignment] in
                // Sorted once for every score, although each has models of its own.
                let columns = group.references.map { reference in
                    Ranking(group.members.map { metric.matrix[$0 * analysis.compared.count + reference] })
                }
                return panels.map { panel in
                    ScoreAlignment(
                        metric.id, panel, group, references: group.references.map { analysis.compared.models[$0].name },
                        columns.map { $0.restricted(to: panel.rows) }, bootstrap)
                }
            }
        }
    }

    private init(
        _ metric: String, _ panel: Members, _ group: ComparisonGroup, references: [String], _ columns: [Ranking],
        _ bootstrap: BootstrapBand.Options
    ) {
        self.metric = metric
        axis = panel.axis
        subjects = group.subjects
        members = panel.names
        families = panel.families
        shown = panel.shown.values
        let ownBands = references.count <= Self.mostBandedReferences ? bootstrap : nil
        lines = zip(references.count <= Self.mostReferences ? references : [], columns).map { reference, column in
            AlignmentLine(
                reference: reference, column, shown: panel.shown, families: panel.families, bootstrap: ownBands)
        }
        let samples = panel.rows.indices.map { row in SampleMean.of(columns.map { $0.values[row] }) }
        referenceCounts = samples.map(\.n)
        pooled = AlignmentLine(
            reference: nil, Ranking(samples.map { $0.value?.mean ?? .nan }), shown: panel.shown,
            families: panel.families, bootstrap: bootstrap)
    }
}

/// The models of a group that have a score.
private struct Members {
    let axis: ScoreAxis
    /// Positions among the group's members.
    let rows: [Int]
    let names: [String]
    let families: [String?]
    let shown: Ranking

    /// Nil where no model has the score.
    init?(_ compared: ComparedModels, _ group: ComparisonGroup, score: String) {
        guard let values = compared.scores[score] else { return nil }
        rows = group.members.indices.filter { values[group.members[$0]].isFinite }
        guard !rows.isEmpty else { return nil }
        let axis = ScoreAxis(score: score, lowerIsBetter: compared.lowerIsBetter.contains(score))
        self.axis = axis
        let models = rows.map { compared.models[group.members[$0]] }
        names = models.map(\.name)
        families = models.map(\.family)
        shown = Ranking(rows.map { axis.shown(values[group.members[$0]]) })
    }
}
