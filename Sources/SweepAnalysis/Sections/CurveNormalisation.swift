/// Alignment as a function of k under one metric, raw and as in the paper's figure 10.
package struct CurveNormalisation: Sendable {
    /// The trend over models at one k.
    package struct Trend: Sendable {
        package let k: Int
        /// For each member (s(x, y) - s(x₀, y))/sd over x of s(x, y), averaged over reference models y; n counts those.
        package let values: [Estimate<Double>]
    }

    /// The metric's name.
    package let metric: String
    package let subjects: ComparisonGroup.Subjects
    package let ks: [Int]
    /// The names of the two models of each raw curve.
    package let pairs: [(member: String, reference: String)]
    /// Pairs x K, row-major; NaN where there is no score.
    package let scores: [Double]
    /// For each k the mean over pairs with a score.
    package let means: [Estimate<SampleMean>]
    /// For each k the interval of that mean over models, for that k by itself.
    package let intervals: [Estimate<JackknifeInterval>]
    package let members: [String]
    /// For each member its number of parameters.
    package let parameters: [Double?]
    /// x₀: the member of fewest parameters, or the first where none is known.
    package let centre: String
    package let trends: [Trend]

    /// The curves of every metric that has some: members are vision models where one of two modalities is called so, otherwise those of the
    /// first group, x in a cross sweep.
    package static func all(_ analysis: ComparedSweep) -> [CurveNormalisation] {
        let group = analysis.groups.first { $0.subjects == .modality("vision") } ?? analysis.groups.first
        guard let group, !group.members.isEmpty else { return [] }
        return analysis.sweep.curves.map { CurveNormalisation($0, analysis, group) }
    }

    private init(_ curve: ScoredCurve, _ analysis: ComparedSweep, _ group: ComparisonGroup) {
        let compared = analysis.compared
        let (n, cells) = (compared.count, compared.xPositions.count * compared.yPositions.count)
        let matrices = curve.ks.indices.map { position in
            compared.matrix(
                Array(curve.scores[(position * cells)..<((position + 1) * cells)]),
                isSymmetricMetric: curve.isSymmetric)
        }
        let isMember = Set(group.members)
        // The member first; of two members the first one.
        let compares = analysis.pairs(of: group)
        let chosen = compares.map { pair in
            isMember.contains(pair.first) ? (pair.first, pair.second) : (pair.second, pair.first)
        }
        let centre =
            group.members.indices.filter { compared.models[group.members[$0]].parameters != nil }
            .min {
                compared.models[group.members[$0]].parameters ?? 0 < compared.models[group.members[$1]].parameters ?? 0
            } ?? 0
        metric = curve.metric
        subjects = group.subjects
        ks = curve.ks
        pairs = chosen.map { (compared.models[$0.0].name, compared.models[$0.1].name) }
        scores = chosen.flatMap { pair in matrices.map { $0[pair.0 * n + pair.1] } }
        means = matrices.map { matrix in SampleMean.of(chosen.map { matrix[$0.0 * n + $0.1] }) }
        intervals = matrices.map {
            PairMean.of(compares, matrix: $0, compared, subjects: group.firstSet).interval
        }
        members = group.members.map { compared.models[$0].name }
        parameters = group.members.map { compared.models[$0].parameters }
        self.centre = members[centre]
        trends = zip(curve.ks, matrices).map { k, matrix in
            Trend(k: k, values: Self.trend(matrix, n, group, centre: centre))
        }
    }

    private static func trend(
        _ matrix: [Double], _ n: Int, _ group: ComparisonGroup, centre: Int
    ) -> [Estimate<Double>] {
        var (sums, counts) = ([Double](repeating: 0, count: group.members.count), group.members.map { _ in 0 })
        var scored = counts.map { _ in false }
        for reference in group.references {
            let column = group.members.map { matrix[$0 * n + reference] }
            for (row, score) in column.enumerated() where score.isFinite { scored[row] = true }
            guard column[centre].isFinite, let deviation = SampleMean.of(column).value?.standardDeviation,
                deviation > 0
            else { continue }
            for (row, score) in column.enumerated() where score.isFinite {
                sums[row] += (score - column[centre]) / deviation
                counts[row] += 1
            }
        }
        return sums.indices.map { row in
            if counts[row] > 0 { return Estimate(sums[row] / Double(counts[row]), n: counts[row]) }
            if !scored[row] { return Estimate(none: "the model has no score", n: 0) }
            if !scored[centre] { return Estimate(none: "the model at the centre has no score", n: 0) }
            return Estimate(
                none: "with no reference model do both this model and the centre have scores that vary", n: 0)
        }
    }
}
