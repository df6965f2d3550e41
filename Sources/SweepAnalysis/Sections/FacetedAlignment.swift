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
        /// For each facet the mean over pairs of the network's models with that value. The network is held fixed: intervals are over the
        /// reference models.
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
        self.metric = metric.id
        self.attribute = attribute
        subjects = group.subjects
        facets = parts.facets.map { part in
            Facet(
                value: part.value, models: part.models.map { compared.models[$0].name },
                alignment: PairMean.of(part.pairs, matrix: metric.matrix, compared, subjects: part.models))
        }
        let totals = parts.series.map { one in
            (one.network, one.unit, one.pairs.map { PairTotals($0, matrix: metric.matrix, compared) })
        }
        series = totals.map { network, unit, parts in
            Series(network: network, alignments: parts.map { PairMean.of($0, compared, subjects: [unit]) })
        }
        paired = PairedFacets(totals.map { PairedFacets.Network(name: $0, unit: $1, parts: $2) })
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
    /// Models by position.
    let facets: [(value: String, models: [Int], pairs: [ComparedModels.Pair])]
    /// Each network with the position of its first model, which stands for all of them, and its pairs by facet.
    let series: [(network: String, unit: Int, pairs: [[ComparedModels.Pair]])]

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
        facets = zip(values, parts).map { ($0.text, $1, union($1)) }
        let networks = Set(group.members.compactMap { compared.models[$0].network }).sorted()
        series = networks.compactMap { network in
            let own = parts.map { part in part.filter { compared.models[$0].network == network } }
            guard own.count(where: { !$0.isEmpty }) > 1, let model = own.lazy.joined().first else { return nil }
            return (network, compared.units[model], own.map(union))
        }
    }
}
