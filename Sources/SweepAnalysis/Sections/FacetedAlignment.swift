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

    /// Every metric by the attribute, where the members of a group have at least two values of it.
    package static func all(_ analysis: ComparedSweep, attribute: String) -> [FacetedAlignment] {
        analysis.groups.flatMap { group -> [FacetedAlignment] in
            let values = Set(group.members.compactMap { analysis.compared.models[$0].attributes[attribute] })
            let facets = values.filter { !$0.text.isEmpty }.sorted(by: precedes)
            guard facets.count > 1 else { return [] }
            let pairs = analysis.pairs(of: group).filter { !analysis.compared.sharesNetwork($0) }
            return analysis.metrics.map {
                FacetedAlignment($0, analysis.compared, group, pairs, attribute, facets)
            }
        }
    }

    private init(
        _ metric: ComparedSweep.Metric, _ compared: ComparedModels, _ group: ComparisonGroup,
        _ pairs: [ComparedModels.Pair], _ attribute: String, _ values: [ScoredAttribute]
    ) {
        func mean(_ members: Set<Int>) -> Estimate<PairMean> {
            PairMean.of(
                pairs.filter { members.contains($0.first) || members.contains($0.second) }, matrix: metric.matrix,
                count: compared.count)
        }
        let parts = values.map { value in group.members.filter { compared.models[$0].attributes[attribute] == value } }
        self.metric = metric.id
        self.attribute = attribute
        subjects = group.subjects
        facets = zip(values, parts).map { value, members in
            Facet(value: value.text, models: members.map { compared.models[$0].name }, alignment: mean(Set(members)))
        }
        let networks = Set(group.members.compactMap { compared.models[$0].network }).sorted()
        series = networks.compactMap { network in
            let own = parts.map { part in part.filter { compared.models[$0].network == network } }
            guard own.count(where: { !$0.isEmpty }) > 1 else { return nil }
            return Series(network: network, alignments: own.map { mean(Set($0)) })
        }
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
