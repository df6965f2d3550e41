/// The samples whose neighbours a sweep finds where it is not all of them: some that are drawn at random, among all samples and, for gallery
/// curves, among fewer (Schemas/metrics.md, *Queries*).
package struct QueryPlan: Hashable, Codable, Sendable {
    /// How many are drawn, Q.
    package let count: Int
    /// What they are drawn by.
    package let seed: UInt64
    /// Samples of each gallery in which the neighbours of the queries are found: all n first, and then ever fewer, Q at least. Each is part
    /// of the one before.
    package let galleries: [Int]

    package init(count: Int, seed: UInt64, galleries: [Int]) {
        precondition(
            count > 0 && galleries.allSatisfy { $0 >= count } && zip(galleries, galleries.dropFirst()).allSatisfy(>)
                && !galleries.isEmpty, "galleries that hold the queries, the largest first")
        self.count = count
        self.seed = seed
        self.galleries = galleries
    }

    /// So many queries are asked for at most: with more, lists of all samples are found sooner.
    package static let mostQueries = 65_536

    /// Lists of neighbours a layer has: one for each query and gallery.
    package var listCount: Int { count * galleries.count }

    /// The gallery from whose lists the scores of `size` samples are found: the smallest that has as many.
    package func gallery(serving size: Int) -> Int { galleries.lastIndex { $0 >= size } ?? 0 }

    /// The galleries, `sampleCount` samples the first, from whose lists the scores of all `sizes` (ascending) are found: as few as can be,
    /// since lists of `GalleryPlan.longestReach` serve galleries down to an eleventh of theirs at k = 10. Each has `least` samples at least.
    package static func galleries(of sampleCount: Int, sizes: [Int], k: Int, least: Int) -> [Int] {
        var found = [sampleCount]
        for size in sizes.reversed() {
            if let next = smaller(than: found[found.count - 1], for: size, k: k, least: least) { found.append(next) }
        }
        return found
    }

    /// The gallery that is needed for `size`, where lists of one of `samples` do not reach far enough; nil where they do, or where there is
    /// no smaller one.
    static func smaller(than samples: Int, for size: Int, k: Int, least: Int) -> Int? {
        let next = max(size, least)
        return GalleryPlan.reach(k: k, size: size, of: samples) > GalleryPlan.longestReach && next < samples
            ? next : nil
    }
}

extension SweepPlan {
    /// How many samples are compared, in words: n of them, or some of them among all.
    package var samplesInWords: String { Self.samplesInWords(sampleCount, queries: queries?.count) }

    package static func samplesInWords(_ samples: Int, queries: Int?) -> String {
        queries.map { "\($0) queries among \(samples) samples" } ?? "n = \(samples)"
    }

    /// Samples that have lists of neighbours: the queries, or all.
    package var listedSamples: Int { queries?.count ?? sampleCount }

    /// Lists of neighbours of a layer.
    package var listCount: Int { queries?.listCount ?? sampleCount }
}
