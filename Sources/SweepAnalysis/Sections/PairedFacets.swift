/// The alignment of the same networks with each of several values of an attribute, so that nothing but the attribute differs.
package struct PairedFacets: Sendable {
    /// The mean difference from the first of the values.
    package struct Difference: Sendable {
        package let mean: Double
        /// The jackknife over the networks, and over the models that they are compared with.
        package let interval: Estimate<JackknifeInterval>
    }

    /// A network's pairs by facet.
    struct Network {
        let name: String
        /// The unit of its models (`ComparedModels.units`).
        let unit: Int
        let parts: [PairTotals]
    }

    /// The networks that have a score with every one of the values.
    package let networks: [String]
    /// Positions of the values among the facets, ascending: all of them where a network has all, or else the two that most networks have.
    package let facets: [Int]
    /// For each of those values the mean over the networks; n counts networks.
    package let means: [Estimate<SampleMean>]
    /// For each of those values the mean difference from the first one over the networks; n counts networks.
    package let differences: [Estimate<Difference>]

    /// Nil where no network has two of the values.
    init?(_ all: [Network]) {
        guard let count = all.first?.parts.count else { return nil }
        func networks(_ facets: [Int]) -> [Network] {
            all.filter { one in facets.allSatisfy { !one.parts[$0].values.isEmpty } }
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
        self.networks = found.map(\.name)
        facets = best
        means = best.map { facet in SampleMean.of(found.map { $0.parts[facet].mean }) }
        differences = best.map { Self.difference(found, $0, from: best[0]) }
    }

    private static func difference(_ networks: [Network], _ facet: Int, from first: Int) -> Estimate<Difference> {
        let mean = SampleMean.of(networks.map { $0.parts[facet].mean - $0.parts[first].mean }).value?.mean ?? .nan
        func without(_ unit: Int) -> Double {
            let left = networks.filter { $0.unit != unit }
            let sum = left.reduce(0) { $0 + $1.parts[facet].mean(without: unit) - $1.parts[first].mean(without: unit) }
            return sum / Double(left.count)
        }
        let own = networks.map(\.unit)
        let others = Set(networks.flatMap { $0.parts[facet].units + $0.parts[first].units }).subtracting(own).sorted()
        let interval = JackknifeInterval.of(mean, leavingOut: [own.map(without), others.map(without)])
        return Estimate(Difference(mean: mean, interval: interval), n: networks.count)
    }
}
