internal import Figures
internal import SweepAnalysis

/// What permutations say of one metric's scores of N models, as tables and drawings of pairs take it.
struct PairCalibration: Sendable {
    /// N x N, symmetric, NaN where there is none.
    struct Values: Sendable {
        /// Of metrics that are not symmetric the higher one of both directions.
        let p: [Double]
        let q: [Double]
        let holm: [Double]
        /// Averaged over both directions, as scores are.
        let threshold: [Double]
        let calibrated: [Double]
    }

    let source: ScoredCalibration
    let values: [NullTable.Aggregate: Values]

    /// Nil where the metric was not calibrated.
    init?(_ metric: ScoredMetric, _ sweep: SweepScores, _ compared: ComparedModels) {
        guard let source = metric.calibration else { return nil }
        self.source = source
        let size = metric.scores.count
        func square(_ values: [Double]?, isSymmetric: Bool = true) -> [Double] {
            let known = values.flatMap { $0.count == size ? $0 : nil } ?? metric.scores.map { _ in .nan }
            return compared.matrix(known, isSymmetricMetric: isSymmetric)
        }
        let isDirected = sweep.isSymmetric && !metric.isSymmetric
        let count = sweep.y.models.count
        values = source.values.mapValues { found in
            let higher = found.p.indices.map { max(found.p[$0], found.p[$0 % count * count + $0 / count]) }
            return Values(
                p: square(isDirected ? higher : found.p), q: square(found.q), holm: square(found.holm),
                threshold: square(found.threshold, isSymmetric: metric.isSymmetric),
                calibrated: square(found.calibrated, isSymmetric: metric.isSymmetric))
        }
    }

    /// The pairs of models that q is over: different networks, with a score.
    func family(_ aggregate: NullTable.Aggregate, _ compared: ComparedModels) -> [ComparedModels.Pair] {
        guard let q = values[aggregate]?.q else { return [] }
        return compared.pairs.filter { q[$0.first * compared.count + $0.second].isFinite }
    }

    /// Columns for the table of model pairs, by title: N x N of a symmetric sweep, X x Y as in the file otherwise.
    func columns(_ context: ReportContext) -> [(title: String, values: [Double])] {
        guard let maximum = values[.maximum], let own = source.values[.maximum] else { return [] }
        let q = cells(maximum.q, context)
        let titles = ["p", "q", "threshold", "calibrated"]
        let numbers =
            context.sweep.isSymmetric
            ? [maximum.p, q, maximum.threshold, maximum.calibrated]
            : [own.p, q, own.threshold, own.calibrated ?? q.map { _ in .nan }]
        return Array(zip(titles, numbers))
    }

    /// What is said of a cell of a heatmap of models where the pointer is.
    func facts(_ aggregate: NullTable.Aggregate, _ context: ReportContext) -> [HeatmapChart.Fact] {
        guard let found = values[aggregate], let own = source.values[aggregate] else { return [] }
        let numbers = [
            ("p by permutations", context.sweep.isSymmetric ? found.p : own.p), ("q", cells(found.q, context)),
        ]
        return numbers.map { HeatmapChart.Fact($0.0, $0.1, digits: 3) }
    }

    /// What a heatmap of models marks: q of each pair; nil of scores that were not calibrated.
    func marks(_ aggregate: NullTable.Aggregate, _ context: ReportContext) -> HeatmapChart.Marks? {
        guard let q = values[aggregate]?.q else { return nil }
        var marks = HeatmapChart.Marks("q", values: cells(q, context), strong: CalibratedScores.significant)
        marks.isDrawn = !marks.marksAll
        return marks
    }

    /// The sentence beside such a heatmap.
    func caption(_ aggregate: NullTable.Aggregate, _ context: ReportContext) -> String {
        let (family, found) = (family(aggregate, context.compared), discoveries(aggregate, context.compared))
        let limit = "q ≤ \(NumberText.brief(CalibratedScores.significant))"
        if family.isEmpty { return "No pair has a q." }
        guard found.count == family.count else {
            return "Dots: \(limit) (\(found.count) of \(ReportText.count(family.count, "pair")) that have a q)."
        }
        return
            "No cell is marked: \(limit) for \(family.count == 1 ? "the one pair that has" : "all \(family.count) pairs that have") a q."
    }

    /// The pairs of the family with a low q.
    func discoveries(_ aggregate: NullTable.Aggregate, _ compared: ComparedModels) -> [ComparedModels.Pair] {
        guard let q = values[aggregate]?.q else { return [] }
        return family(aggregate, compared).filter {
            q[$0.first * compared.count + $0.second] <= CalibratedScores.significant
        }
    }

    /// N x N numbers as they are in a symmetric sweep, of every x with every y otherwise.
    private func cells(_ matrix: [Double], _ context: ReportContext) -> [Double] {
        let compared = context.compared
        if context.sweep.isSymmetric { return matrix }
        return compared.xPositions.flatMap { x in compared.yPositions.map { matrix[x * compared.count + $0] } }
    }
}
