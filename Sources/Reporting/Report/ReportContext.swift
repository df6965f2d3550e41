internal import Figures
internal import SweepAnalysis

/// What all sections of a report are made from.
struct ReportContext: Sendable {
    /// One metric's scores of N models: N x N, symmetric, NaN where there is none.
    struct MetricMatrices: Sendable {
        let maximum: [Double]
        let lastLayers: [Double]
        let matchedDepth: [Double]
        /// (s - chance)/(1 - chance) at the best layer pair, of metrics whose chance level depends on the layers' widths.
        let aboveChance: [Double]?
        /// The mean score of the best layer pair under random matchings, where it is known.
        let atRandom: [Double]?
        /// What permutations say; nil of metrics that were not calibrated.
        let calibration: PairCalibration?
    }

    let sweep: SweepScores
    let analysis: AnalysedSweep
    let provenance: Provenance
    let options: ReportOptions
    /// One for each metric, in order.
    let matrices: [MetricMatrices]
    let layerNames: LayerNames
    /// The metric that is shown where there is room for one; nil without metrics.
    let leading: Int?
    let twins: UntrainedTwins

    init(_ sweep: SweepScores, _ provenance: Provenance, _ options: ReportOptions) {
        self.sweep = sweep
        self.provenance = provenance
        self.options = options
        let analysis = AnalysedSweep(sweep, bootstrap: .init(resamplesFamilies: options.resamplesFamilies))
        self.analysis = analysis
        matrices = zip(sweep.metrics, analysis.compared.metrics).map { metric, matrix in
            func square(_ values: [Double]) -> [Double] {
                guard values.count == metric.scores.count else { return matrix.matrix.map { _ in .nan } }
                return analysis.compared.compared.matrix(values, isSymmetricMetric: metric.isSymmetric)
            }
            return MetricMatrices(
                maximum: matrix.matrix, lastLayers: square(metric.lastLayers),
                matchedDepth: square(metric.matchedDepth),
                aboveChance: ScoreAboveChance.values(metric, sweep).map(square),
                atRandom: Self.atRandom(metric, sweep).map(square),
                calibration: PairCalibration(metric, sweep, analysis.compared.compared))
        }
        layerNames = LayerNames([sweep.y, sweep.x])
        leading = Self.leading(sweep.metrics)
        twins = UntrainedTwins(analysis.compared.compared)
    }

    private static func atRandom(_ metric: ScoredMetric, _ sweep: SweepScores) -> [Double]? {
        guard case .known(let means, _, _, _) = metric.placement else { return nil }
        return LayerPositions.ofBest(means, metric, sweep)
    }

    var compared: ComparedModels { analysis.compared.compared }
    var names: [String] { compared.models.map(\.name) }
    var hasManyModels: Bool {
        max(sweep.x.models.count, sweep.y.models.count) > ReportLimits.modelsInTables
    }
    var scoreColours: ColourMap { options.isCividis ? .cividis : .viridis }

    /// Hands over every pair of different models and its place in X x Y scores, which are N x N in a symmetric sweep: pairs of that once, every x
    /// with every y otherwise.
    func forEachModelPair(_ body: (_ x: ScoredModel, _ y: ScoredModel, _ cell: Int) -> Void) {
        for (i, a) in compared.xPositions.enumerated() {
            for (j, b) in compared.yPositions.enumerated() where sweep.isSymmetric ? a < b : a != b {
                body(compared.models[a], compared.models[b], i * compared.yPositions.count + j)
            }
        }
    }

    /// What readers of the page may choose to see alone, and which models they may mark.
    var choices: PageChoices {
        let curves = sweep.curves.filter { curve in !sweep.metrics.contains { $0.kind == curve.metric } }
        let topics =
            metricOrder.map { (id: sweep.metrics[$0].id, topic: ReportText.topic(sweep.metrics[$0])) }
            + curves.map { (id: $0.metric, topic: PageChoices.Topic($0.metric)) }
        let groups = grouping.map { grouping in
            Set(grouping.names).sorted().map { name in
                PageChoices.Group(name, members: names.indices.filter { grouping.names[$0] == name }.map { names[$0] })
            }
        }
        return PageChoices(
            topicTitle: "metric", topics: topics, groupTitle: grouping?.title ?? "", groups: groups ?? [],
            subjectTitle: "model", subjects: names)
    }

    /// The metrics, the leading one first.
    var metricOrder: [Int] {
        guard let leading else { return [] }
        return [leading] + sweep.metrics.indices.filter { $0 != leading }
    }

    /// The paper's metric at the paper's k, or the nearest to that.
    static func leading(_ metrics: [ScoredMetric]) -> Int? {
        let neighbours = metrics.indices.filter { metrics[$0].kind == "mutual_knn" }
        return neighbours.first { metrics[$0].k == 10 }
            ?? neighbours.min { (metrics[$0].k ?? .max, $0) < (metrics[$1].k ?? .max, $1) } ?? metrics.indices.first
    }

    /// One scale over all finite values of several panels.
    func scale(over values: [Double]) -> ColourScale {
        let finite = values.filter(\.isFinite)
        return ColourScale(scoreColours, over: (finite.min() ?? 0)...(finite.max() ?? 1))
    }

    /// What models are grouped by: their family, or their modality where no family is known; nil where neither is.
    var grouping: (title: String, names: [String])? {
        let models = compared.models
        if models.contains(where: { $0.family != nil }) { return ("family", models.map { $0.family ?? "unknown" }) }
        if models.contains(where: { $0.modality != nil }) {
            return ("modality", models.map { $0.modality ?? "unknown" })
        }
        return nil
    }
}
