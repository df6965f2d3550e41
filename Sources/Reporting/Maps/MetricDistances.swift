internal import Projection
internal import SweepAnalysis
internal import SweepModel

/// The distances between models under one metric, as far as they are known.
struct MetricDistances {
    let matrix: DistanceMatrix
    /// Positions of the models in the sweep; those without a score with some other are left out.
    let models: [Int]
    let distance: MapOptions.Distance
    /// Why the distance is not the one asked for.
    let note: String?

    /// Of a symmetric sweep. Throws why there are none.
    init(_ metric: ScoredMetric, _ sweep: SweepScores, asked: MapOptions.Distance) throws(Complaint) {
        let n = sweep.x.models.count
        let models = Self.complete(metric.scores, n)
        guard models.count >= MapOptions.fewestModels else {
            throw Self.none("fewer than \(MapOptions.fewestModels) models have a score with each other", metric.id)
        }
        let cells = models.flatMap { i in models.map { j in i * n + j } }
        var similarities = cells.map { metric.scores[$0] }
        let levels: [Double]?
        (levels, note) = asked == .log ? Self.levels(metric, sweep, cells) : (nil, nil)
        distance = levels == nil ? .linear : .log
        if let levels { similarities = zip(similarities, levels).map { max($0, $1) } }
        for a in models.indices {
            for b in 0..<a {
                let mean = (similarities[a * models.count + b] + similarities[b * models.count + a]) / 2
                guard mean <= 1 || ScoreRounding.isOne(mean) else {
                    let names = [models[b], models[a]].map { sweep.x.models[$0].name }
                    throw Self.none(
                        "the score of \(names[0]) and \(names[1]) exceeds 1, so that their distance would be negative",
                        metric.id)
                }
            }
        }
        // The levels are in the similarities already; this one keeps the logarithm's rule and does nothing more.
        let rule: DistanceRule =
            levels.map { .negativeLog(chance: Self.least($0, models.count)) } ?? .complement
        matrix = try DistanceMatrix(
            similarities: similarities, rows: models.count, columns: models.count, rule: rule, at: metric.id)
        self.models = models
    }

    private static func none(_ reason: String, _ metric: String) -> Complaint {
        Complaint(.request, reason, at: metric, advice: "sweep models that have scores")
    }

    /// The models left when the one that lacks most scores is left out again and again; of equals the last one.
    private static func complete(_ scores: [Double], _ n: Int) -> [Int] {
        func lacks(_ i: Int, _ j: Int) -> Bool { i != j && !(scores[i * n + j] + scores[j * n + i]).isFinite }
        var counts = (0..<n).map { i in (0..<n).count { lacks(i, $0) } }
        var models = Array(0..<n)
        while let worst = models.max(by: { (counts[$0], $0) < (counts[$1], $1) }), counts[worst] > 0 {
            models.removeAll { $0 == worst }
            for other in models where lacks(other, worst) { counts[other] -= 1 }
        }
        return models
    }

    /// The chance level of each cell's best layer pair; none, and why, unless all off the diagonal are between 0 and 1.
    private static func levels(
        _ metric: ScoredMetric, _ sweep: SweepScores, _ cells: [Int]
    ) -> (levels: [Double]?, lack: String?) {
        let n = sweep.x.models.count
        let levels: [Double]
        if let chance = metric.chance {
            levels = cells.map { _ in chance }
        } else if let layers = metric.chanceLayers, metric.bestXLayers.count == n * n, metric.bestYLayers.count == n * n
        {
            let best = LayerPositions.ofBest(layers, metric, sweep)
            levels = cells.map { best[$0] }
        } else {
            return (nil, lack("is not known"))
        }
        let others = zip(cells, levels).filter { $0.0 / n != $0.0 % n }.map(\.1)
        let pairs = metric.chance == nil ? " for the best layers of some pair" : ""
        if others.contains(where: \.isNaN) { return (nil, lack("is not known\(pairs)")) }
        if let low = others.first(where: { $0 <= 0 }) { return (nil, lack("is \(low == 0 ? "0" : "below 0")\(pairs)")) }
        if others.contains(where: { $0 >= 1 }) { return (nil, lack("is not below 1\(pairs)")) }
        return (levels.map { $0.isFinite ? $0 : 0 }, nil)
    }

    private static func lack(_ defect: String) -> String {
        "\(MapOptions.Distance.log.rule) needs a chance level between 0 and 1, and this metric's \(defect)"
    }

    private static func least(_ levels: [Double], _ n: Int) -> Double {
        levels.indices.filter { $0 / n != $0 % n }.map { levels[$0] }.min() ?? .nan
    }
}
