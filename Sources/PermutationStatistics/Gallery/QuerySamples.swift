package import SweepModel

/// The samples whose neighbours are found, where it is not all of them, and the galleries in which they are.
///
/// All samples are put into a random order. The first of it are the queries, and the first m a gallery of m: to each query, all other samples
/// of a gallery are as likely as any others.
package struct QuerySamples: Sendable {
    /// The queries, ascending (Q).
    package let samples: [Int]
    /// Samples of each gallery: all n, and then ever fewer.
    package let galleries: [Int]
    /// Where each sample stands in the random order (n).
    package let places: [Int32]

    /// Draws those of `plan` from `sampleCount` samples: the same on every machine.
    package init(_ plan: QueryPlan, sampleCount n: Int) {
        var generator = SplitMix64(seed: plan.seed, number: 0, use: .queries)
        var order = Array(0..<Int32(clamping: n))
        generator.shuffle(&order)
        var places = [Int32](repeating: 0, count: n)
        for (place, sample) in order.enumerated() { places[Int(sample)] = Int32(truncatingIfNeeded: place) }
        samples = order.prefix(plan.count).map { Int($0) }.sorted()
        galleries = plan.galleries
        self.places = places
    }

    /// Whether sample `j` is in gallery `position`.
    package func holds(_ j: Int, gallery position: Int) -> Bool { places[j] < galleries[position] }
}
