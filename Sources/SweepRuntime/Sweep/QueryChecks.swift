internal import SweepModel

/// Whether the neighbours of some samples alone can be found as a specification asks.
enum QueryChecks {
    /// The samples that the smallest gallery has at least: the queries are among them, and as many others as lists may be long; nil where
    /// all samples have neighbours. Throws where there can be no queries.
    static func leastGallery(_ spec: SweepSpec, sampleCount n: Int) throws(Complaint) -> Int? {
        guard let count = spec.queries else { return nil }
        func refuse(_ why: String, _ advice: String) -> Complaint {
            Complaint(.request, why, at: "queries", advice: advice)
        }
        guard count <= n else {
            throw refuse("there are \(n) samples, of which \(count) cannot be drawn", "give fewer queries")
        }
        if let other = spec.metrics.first(where: { $0 != .mutualKNN }) {
            throw refuse(
                "\(other.rawValue) takes all samples, not queries alone", "leave it, or the queries, out")
        }
        let others: [(isAsked: Bool, what: String)] = [
            (spec.permutations != nil, "calibrate"), (spec.subsamples != nil, "intervals"),
            (spec.splits != nil, "splits"), (spec.excludeGroups, "exclude_groups"),
        ]
        if let other = others.first(where: \.isAsked) {
            throw refuse("'\(other.what)' takes the neighbours of all samples", "leave it, or the queries, out")
        }
        let ks = spec.k + spec.kRanges.map(\.upperBound)
        return max(count, (ks.max() ?? 0) + 1, GalleryPlan.longestReach + 1)
    }

    /// The queries of `spec`, whose neighbours are found in as many galleries as the sizes of `gallery` take; nil for all samples.
    static func plan(_ spec: SweepSpec, sampleCount n: Int, gallery: GalleryPlan?, least: Int?) -> QueryPlan? {
        guard let count = spec.queries, let least else { return nil }
        let most = spec.k.max() ?? 1
        return QueryPlan(
            count: count, seed: spec.seed,
            galleries: QueryPlan.galleries(of: n, sizes: gallery?.sizes ?? [], k: most, least: least))
    }
}
