/// The pairs of models that align most and least under one metric, pairs of one network left out.
package struct PairHighlights: Sendable {
    /// A pair in words.
    package struct Highlight: Sendable {
        package let x: String
        package let y: String
        package let score: Double
        /// The indices of the layers that attain it; nil where the file does not say.
        package let xLayer: Int?
        package let yLayer: Int?
    }

    /// The extremes of one kind of pairs, and the number of pairs with a score.
    package struct Extremes: Sendable {
        /// Descending.
        package let highest: [Highlight]
        /// Ascending; a pair is never among both.
        package let lowest: [Highlight]
        package let pairCount: Int
    }

    /// So many pairs at each end.
    package static let count = 3

    package let metric: String
    /// Pairs of one modality, and of two; a model without one is of a modality by itself.
    package let within: Extremes
    package let across: Extremes

    /// Every metric.
    package static func all(_ analysis: ComparedSweep) -> [PairHighlights] {
        let pairs = analysis.compared.pairs.filter { !analysis.compared.sharesNetwork($0) }
        let models = analysis.compared.models
        let isWithin = { (pair: ComparedModels.Pair) in
            models[pair.first].modality == models[pair.second].modality
        }
        let (within, across) = (pairs.filter(isWithin), pairs.filter { !isWithin($0) })
        return zip(analysis.sweep.metrics, analysis.metrics).map { scored, metric in
            PairHighlights(
                metric: metric.id, within: extremes(within, scored, metric, analysis.compared),
                across: extremes(across, scored, metric, analysis.compared))
        }
    }

    private static func extremes(
        _ pairs: [ComparedModels.Pair], _ scored: ScoredMetric, _ metric: ComparedSweep.Metric,
        _ compared: ComparedModels
    ) -> Extremes {
        let n = compared.count
        let ranked = pairs.filter { metric.matrix[$0.first * n + $0.second].isFinite }.sorted { a, b in
            let (first, second) = (metric.matrix[a.first * n + a.second], metric.matrix[b.first * n + b.second])
            return first != second ? first < second : names(a, compared) < names(b, compared)
        }
        let highlights = { (part: ArraySlice<ComparedModels.Pair>) in
            part.map { highlight($0, scored, metric, compared) }
        }
        let low = min(count, ranked.count / 2)
        let high = min(count, ranked.count - low)
        return Extremes(
            highest: highlights(ranked.suffix(high)).reversed(), lowest: highlights(ranked.prefix(low)),
            pairCount: ranked.count)
    }

    private static func names(_ pair: ComparedModels.Pair, _ compared: ComparedModels) -> (String, String) {
        let (a, b) = (compared.models[pair.first].name, compared.models[pair.second].name)
        return a < b ? (a, b) : (b, a)
    }

    /// With the layers of the direction that the file has: the first model's as x, if it has both.
    private static func highlight(
        _ pair: ComparedModels.Pair, _ scored: ScoredMetric, _ metric: ComparedSweep.Metric, _ compared: ComparedModels
    ) -> Highlight {
        let directions = [(pair.first, pair.second), (pair.second, pair.first)]
        let width = compared.yPositions.count
        var found = (pair: directions[0], cell: Int?.none)
        for direction in directions where found.cell == nil {
            if let i = compared.xPositions.firstIndex(of: direction.0),
                let j = compared.yPositions.firstIndex(of: direction.1)
            {
                found = (direction, i * width + j)
            }
        }
        func layer(_ layers: [Int]) -> Int? {
            guard let cell = found.cell, layers.indices.contains(cell), layers[cell] != -1 else { return nil }
            return layers[cell]
        }
        return Highlight(
            x: compared.models[found.pair.0].name, y: compared.models[found.pair.1].name,
            score: metric.matrix[pair.first * compared.count + pair.second], xLayer: layer(scored.bestXLayers),
            yLayer: layer(scored.bestYLayers))
    }
}
