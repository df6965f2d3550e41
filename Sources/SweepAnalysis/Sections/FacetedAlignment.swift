/// Mean alignment by the values of a store attribute under one metric: with `captions`, the paper's figure 9.
package struct FacetedAlignment: Sendable {
    /// The models that share one value of the attribute.
    package struct Facet: Sendable {
        /// As a person reads it.
        package let value: String
        package let models: [String]
        /// Over their pairs with the reference models, pairs of one network left out; n counts pairs.
        package let alignment: Estimate<PairMean>
    }

    /// A network that has several values, such as a language model that read captions of several densities.
    package struct Series: Sendable {
        package let network: String
        /// For each facet the mean over pairs of the network's models with that value.
        package let alignments: [Estimate<PairMean>]
    }

    package let metric: String
    package let attribute: String
    package let subjects: ComparisonGroup.Subjects
    /// Ascending by value.
    package let facets: [Facet]
    package let series: [Series]
    /// The same networks with each value; nil where no network has two of them: then the values differ by their networks too.
    package let paired: PairedFacets?

    /// Every metric by the attribute, where the members of a group have at least two values of it.
    package static func all(_ analysis: ComparedSweep, attribute: String) -> [FacetedAlignment] {
        analysis.groups.flatMap { group -> [FacetedAlignment] in
            let values = Set(group.members.compactMap { analysis.compared.models[$0].attributes[attribute] })
            let facets = values.filter { !$0.text.isEmpty }.sorted(by: precedes)
            guard facets.count > 1 else { return [] }
            let parts = Parts(analysis, group, attribute, facets)
            return analysis.metrics.map {
                FacetedAlignment($0, analysis.compared, group, attribute, parts)
            }
        }
    }

    private init(
        _ metric: ComparedSweep.Metric, _ compared: ComparedModels, _ group: ComparisonGroup, _ attribute: String,
        _ parts: Parts
    ) {
        func mean(_ pairs: [ComparedModels.Pair]) -> Estimate<PairMean> {
            PairMean.of(pairs, matrix: metric.matrix, count: compared.count)
        }
        self.metric = metric.id
        self.attribute = attribute
        subjects = group.subjects
        facets = parts.facets.map { Facet(value: $0.value, models: $0.models, alignment: mean($0.pairs)) }
        series = parts.series.map { Series(network: $0.network, alignments: $0.pairs.map(mean)) }
        paired = PairedFacets(series)
    }

    /// Numbers by size, before texts by letters.
    private static func precedes(_ a: ScoredAttribute, _ b: ScoredAttribute) -> Bool {
        switch (a.number, b.number) {
        case (let a?, let b?): a < b
        case (nil, nil): a.text < b.text
        case (let number, _): number != nil
        }
    }
}

/// The pairs of each facet and of each network's models in it, the same for every metric.
private struct Parts {
    let facets: [(value: String, models: [String], pairs: [ComparedModels.Pair])]
    let series: [(network: String, pairs: [[ComparedModels.Pair]])]

    init(_ analysis: ComparedSweep, _ group: ComparisonGroup, _ attribute: String, _ values: [ScoredAttribute]) {
        let compared = analysis.compared
        let isMember = Set(group.members)
        var pairs = [[ComparedModels.Pair]](repeating: [], count: compared.count)
        for pair in analysis.pairs(of: group) where !compared.sharesNetwork(pair) {
            for model in [pair.first, pair.second] where isMember.contains(model) { pairs[model].append(pair) }
        }
        // A pair of two of the models counts once, as the first one's.
        func union(_ models: [Int]) -> [ComparedModels.Pair] {
            let chosen = Set(models)
            return models.flatMap { model in
                pairs[model].filter { $0.first == model || !chosen.contains($0.first) }
            }
        }
        let parts = values.map { value in group.members.filter { compared.models[$0].attributes[attribute] == value } }
        facets = zip(values, parts).map { ($0.text, $1.map { compared.models[$0].name }, union($1)) }
        let networks = Set(group.members.compactMap { compared.models[$0].network }).sorted()
        series = networks.compactMap { network in
            let own = parts.map { part in part.filter { compared.models[$0].network == network } }
            guard own.count(where: { !$0.isEmpty }) > 1 else { return nil }
            return (network, own.map(union))
        }
    }
}
