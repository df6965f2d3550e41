internal import FeatureStore
internal import SweepModel

/// Whether the scores of galleries can be found as a specification asks.
enum GalleryChecks {
    /// The galleries of `spec`; nil where it asks for none. Throws where there can be none.
    /// - Parameter least: where the neighbours of queries are found in smaller galleries as well, the samples of one of those at least.
    static func plan(
        _ spec: SweepSpec, sampleCount n: Int, groups: SampleGroups?, least: Int?
    ) throws(Complaint) -> GalleryPlan? {
        guard let gallery = spec.gallery else { return nil }
        func refuse(_ why: String, _ advice: String) -> Complaint {
            Complaint(.request, "there are no gallery curves: \(why)", at: "gallery", advice: advice)
        }
        let metrics = spec.parameterizedMetrics
        let chosen = metrics.indices.filter { metrics[$0].kind == .mutualKNN }
        let ks = chosen.compactMap { metrics[$0].k }
        guard let fewest = ks.min(), let most = ks.max() else {
            throw refuse("they are of mutual_knn with a single k", "add it to the metrics, or leave the galleries out")
        }
        if groups != nil {
            throw refuse(
                "with exclude_groups a random gallery has whole groups, of which there is no closed form",
                "leave the galleries or exclude_groups out")
        }
        let sizes: [Int]
        switch gallery {
        case .halves:
            sizes = GalleryPlan.halves(of: n, k: most, least: least)
            guard !sizes.isEmpty else {
                throw refuse("k is \(most), too large for galleries of \(n) samples", "give a smaller k")
            }
        case .sizes(let given):
            if let other = given.first(where: { $0 <= most || $0 > n }) {
                throw refuse(
                    "a gallery of \(other) samples has no \(most) neighbours of \(n) samples",
                    "give sizes from \(most + 1) to \(n)")
            }
            sizes = given
        }
        let galleries = least.map { QueryPlan.galleries(of: n, sizes: sizes, k: most, least: $0) } ?? [n]
        let needed =
            sizes.map { size in
                GalleryPlan.reach(k: most, size: size, of: galleries.last { $0 >= size } ?? n)
            }.max() ?? fewest
        return GalleryPlan(
            sizes: sizes, metrics: chosen, reach: min(max(needed, most), GalleryPlan.longestReach, n - 1))
    }
}
