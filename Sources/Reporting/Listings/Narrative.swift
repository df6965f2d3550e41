package import FeatureStore
internal import Figures
internal import HDF5
package import SweepAnalysis
internal import SweepModel

/// What a sweep found, in the words of a researcher: the best pairs, their layers and chance, and trained networks beside their
/// random-weight twins. Every sentence is made from measured numbers.
package struct Narrative {
    private let sweep: FinishedSweep
    private let stores: [StoreMetadata]
    private let metric: Metric
    private let scores: ModelScores
    private let lastLayers: [Double]
    private let placement: NullScores
    private let calibration: CalibratedScores?
    private let intervals: ScoredIntervals?

    private static let pairsShown = 3
    /// Fewer pairs cannot give a sign test's two-sided p of at most 0.05.
    private static let leastTested = 6

    /// The story of the first neighbour metric of a symmetric sweep; nil where there is none.
    package init?(_ sweep: FinishedSweep, stores: [StoreMetadata]) {
        guard sweep.plan.isSymmetric, let position = sweep.plan.metrics.firstIndex(where: { $0.kind == .mutualKNN })
        else {
            return nil
        }
        self.sweep = sweep
        self.stores = stores
        metric = sweep.plan.metrics[position]
        scores = sweep.modelScores(metric: position)
        lastLayers = ModelScores.lastLayers(sweep.table, metric: position)
        placement = NullScores(metric: position, sweep)
        calibration = sweep.calibrations[position]
        intervals = sweep.scoredIntervals(metric: position)
    }

    package var text: String {
        let chance = ScoreTables.number(ChanceLevel(metric, sweep).uniform ?? .nan)
        var lines = [
            "By \(metric.id), the share of the \(metric.k ?? 0) nearest neighbours that two layers have in common "
                + "(n = \(sweep.plan.sampleCount)):",
            "Chance is \(chance) for one pair of layers; a maximum over many pairs of unrelated layers lies somewhat higher.",
        ]
        if placement.gap == nil {
            lines += [
                "Adjusted is (score - mean)/(1 - mean), z is (score - mean)/sd of that pair of layers over all matchings of the samples;",
                calibration == nil
                    ? "that the pair is the best of many is not allowed for: the maximum itself is not tested."
                    : "they do not allow for the pair being the best of many, p and calibrated do.",
            ]
        }
        if let calibration { lines += explained(calibration) }
        if let intervals { lines += explained(intervals) }
        lines.append("")
        lines += bestPairs()
        lines += twins()
        return lines.joined(separator: "\n") + "\n"
    }

    /// What p and calibrated scores are, and how many pairs stand out.
    private func explained(_ calibration: CalibratedScores) -> [String] {
        let found = calibration.discoveries
        let drawn =
            "\(calibration.permutations.counted("random permutation")) of \(sweep.groupSizes == nil ? "the samples" : "groups of samples")"
        return [
            "p is the share of maxima as high under \(drawn), the score itself among them;",
            "calibrated is (score - threshold)/(1 - threshold), the threshold what at most "
                + "\(NumberText.brief(100 * CalibratedScores.level)) % of these maxima exceed.",
            "Of \(calibration.familySize.counted("pair")) of different networks \(found) \(found == 1 ? "has" : "have") q <= "
                + "\(NumberText.brief(CalibratedScores.significant)) (Benjamini & Hochberg).",
        ]
    }

    /// What ± is.
    private func explained(_ intervals: ScoredIntervals) -> [String] {
        let what = intervals.drawsGroups ? "groups of samples" : "samples"
        return [
            "± is how far other \(what) would move a score (\(NumberText.brief(100 * ScoredIntervals.level)) % intervals from "
                + "\(intervals.subsamples) subsamples of half of them, the best layers held fixed)."
        ]
    }

    // MARK: Best pairs

    private func bestPairs() -> [String] {
        let modalities = Set(models.map { stores[$0].modality }).sorted()
        var lines: [String] = []
        for (position, a) in modalities.enumerated() {
            for b in modalities[position...] {
                let pairs = distinctPairs { Set([stores[$0].modality, stores[$1].modality]) == Set([a, b]) }
                guard !pairs.isEmpty else { continue }
                lines.append(
                    a == b ? "Best aligned within \(safe(a)):" : "Best aligned across \(safe(a)) and \(safe(b)):")
                lines += pairs.prefix(Self.pairsShown).map(sentence)
                lines.append("")
            }
        }
        return lines
    }

    /// Pairs of trained models of different networks that pass `filter`, best first.
    private func distinctPairs(_ filter: (Int, Int) -> Bool) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        for i in models.indices {
            for j in models.indices.dropFirst(i + 1)
            where filter(models[i], models[j]) && isTrained(models[i]) && isTrained(models[j])
                && network(models[i]) != network(models[j]) && score(i, j).isFinite
            {
                pairs.append((i, j))
            }
        }
        return pairs.sorted { score($0.0, $0.1) > score($1.0, $1.1) }
    }

    private func sentence(_ pair: (Int, Int)) -> String {
        let cell = pair.0 * models.count + pair.1
        let x = layer(models[pair.0], scores.bestXLayers[cell])
        let y = layer(models[pair.1], scores.bestYLayers[cell])
        return
            "  \(number(scores.scores[cell]))\(width(cell))  \(name(pair.0)) \(x) with \(name(pair.1)) \(y)\(placed(pair, cell))\(calibrated(cell)); "
            + "last x last layer \(number(lastLayers[cell]))"
    }

    /// " ± 0.012", half of the interval of a pair of models; empty where it has none.
    private func width(_ cell: Int) -> String {
        guard let error = intervals?.bestStandardErrors[cell], error.isFinite else { return "" }
        return " ± \(number(ScoredIntervals.halfWidth(error)))"
    }

    /// Where the score of the best layer pair lies among those of random matchings; empty where that is not known.
    private func placed(_ pair: (Int, Int), _ cell: Int) -> String {
        guard let row = position(models[pair.0], scores.bestXLayers[cell]),
            let column = position(models[pair.1], scores.bestYLayers[cell])
        else { return "" }
        let place = row * sweep.plan.yLayers.count + column
        let (adjusted, z) = (placement.adjusted[place], placement.z[place])
        guard adjusted.isFinite, z.isFinite else { return "" }
        return ", adjusted \(number(adjusted)), z \(NumberText.fixed(z, decimals: 1))"
    }

    /// What permutations say of the score of a pair of models; empty where that is not known.
    private func calibrated(_ cell: Int) -> String {
        guard let maximum = calibration?.values[.maximum], maximum.p[cell].isFinite else { return "" }
        let score = maximum.calibrated[cell]
        return (score.isFinite ? ", calibrated \(number(score))" : "")
            + ", p \(ReportText.probability(maximum.p[cell]))"
    }

    /// The row, and in a symmetric sweep the column, of a model's layer.
    private func position(_ model: Int, _ index: Int32) -> Int? {
        sweep.plan.xLayers.firstIndex {
            sweep.plan.layers[$0].model == model && sweep.plan.layers[$0].index == Int(index)
        }
    }

    private func layer(_ model: Int, _ index: Int32) -> String {
        let layers = sweep.plan.models[model].layers
        let found = sweep.plan.layers[layers].first { $0.index == Int(index) }
        return "layer \(index) '\(safe(found?.name ?? ""))'"
    }

    // MARK: Twins

    private func twins() -> [String] {
        var lines: [String] = []
        for i in models.indices where isTrained(models[i]) {
            for j in models.indices where isTwin(models[j], of: models[i]) {
                lines += comparison(trained: i, random: j)
            }
        }
        guard !lines.isEmpty else { return [] }
        return ["Trained networks beside their random-weight twins (mean over trained partners of other networks):"]
            + lines
    }

    private func comparison(trained: Int, random: Int) -> [String] {
        var lines = ["  \(name(trained)) beside \(name(random))"]
        for across in [true, false] {
            let partners = models.indices.filter { p in
                isTrained(models[p]) && network(models[p]) != network(models[trained])
                    && (stores[models[p]].modality != stores[models[trained]].modality) == across
            }
            for (label, value) in [("best layer pair", score), ("last x last layer", last)] {
                let both = partners.filter { value(trained, $0).isFinite && value(random, $0).isFinite }
                guard !both.isEmpty else { continue }
                let pairs = both.map { (value(trained, $0), value(random, $0)) }
                let higher = pairs.count { ScoreRounding.isAbove($0.0, $0.1) }
                let lower = pairs.count { ScoreRounding.isAbove($0.1, $0.0) }
                let means = (
                    pairs.reduce(0) { $0 + $1.0 } / Double(both.count),
                    pairs.reduce(0) { $0 + $1.1 } / Double(both.count)
                )
                let place = across ? "across modalities" : "within \(safe(stores[models[trained]].modality))"
                let moved = label == "best layer pair" ? difference(trained, random, both) : ""
                lines.append(
                    "    \(place), \(label): trained \(number(means.0)), random \(number(means.1))\(moved); trained is higher with "
                        + "\(higher) of \(both.count)\(tested(higher, lower))"
                )
            }
        }
        return lines
    }

    /// How far other samples would move the difference of the means over `partners`; empty where that is not known.
    private func difference(_ trained: Int, _ random: Int, _ partners: [Int]) -> String {
        guard let intervals else { return "" }
        let found = ScoreDifference(
            intervals, scores: scores.scores, plus: partners.map { trained * models.count + $0 },
            minus: partners.map { random * models.count + $0 })
        guard found.standardError.isFinite else { return "" }
        let ends = "\(number(found.lower)) to \(number(found.upper))"
        return ", difference \(number(found.value)) (\(ends)\(found.isDecided ? "" : ": which is higher is not shown"))"
    }

    /// The sign test of partners with which trained is higher, and lower; empty where no such numbers could stand out.
    private func tested(_ higher: Int, _ lower: Int) -> String {
        guard higher + lower >= Self.leastTested else { return "" }
        let p = ReportText.probability(SignTest.p(higher: higher, lower: lower))
        return " (two-sided sign test, partners taken as independent: p \(p))"
    }

    private func isTwin(_ other: Int, of model: Int) -> Bool {
        other != model && !isTrained(other) && network(other) == network(model)
            && stores[other].attributes["captions"] == stores[model].attributes["captions"]
    }

    // MARK: Looking up

    private var models: [Int] { sweep.plan.xModels }
    private func score(_ i: Int, _ j: Int) -> Double { scores.scores[i * models.count + j] }
    private func last(_ i: Int, _ j: Int) -> Double { lastLayers[i * models.count + j] }
    private func isTrained(_ model: Int) -> Bool { stores[model].attributes["pretrained"]?.integer != 0 }
    private func network(_ model: Int) -> String { stores[model].attributes["network"]?.text ?? stores[model].model }
    private func name(_ position: Int) -> String { safe(sweep.plan.models[models[position]].name) }
    private func safe(_ text: String) -> String { TerminalText.safe(text) }
    private func number(_ value: Double) -> String { ScoreTables.number(value) }
}
