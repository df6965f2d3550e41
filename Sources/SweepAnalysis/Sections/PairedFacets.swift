/// The alignment of the same networks with each of several values of an attribute, so that nothing but the attribute differs.
package struct PairedFacets: Sendable {
    /// The networks that have a score with every one of the values.
    package let networks: [String]
    /// Positions of the values among the facets, ascending: all of them where a network has all, or else the two that most networks have.
    package let facets: [Int]
    /// For each of those values the mean over the networks; n counts networks.
    package let means: [Estimate<SampleMean>]
    /// For each of those values the mean difference from the first one over the networks; n counts networks.
    package let differences: [Estimate<SampleMean>]

    /// Nil where no network has two of the values.
    init?(_ series: [FacetedAlignment.Series]) {
        guard let count = series.first?.alignments.count else { return nil }
        func networks(_ facets: [Int]) -> [FacetedAlignment.Series] {
            series.filter { one in facets.allSatisfy { one.alignments[$0].value != nil } }
        }
        var best = Array(0..<count)
        var found = networks(best)
        if found.isEmpty {
            for a in 0..<count {
                for b in (a + 1)..<max(count, a + 1) where networks([a, b]).count > found.count {
                    best = [a, b]
                    found = networks(best)
                }
            }
        }
        guard !found.isEmpty else { return nil }
        func values(_ facet: Int) -> [Double] { found.map { $0.alignments[facet].value?.mean ?? .nan } }
        let first = values(best[0])
        self.networks = found.map(\.network)
        facets = best
        means = best.map { SampleMean.of(values($0)) }
        differences = best.map { facet in SampleMean.of(zip(values(facet), first).map { $0 - $1 }) }
    }
}
