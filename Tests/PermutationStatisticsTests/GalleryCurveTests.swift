import SweepTestSupport
import Testing

@testable import PermutationStatistics

struct GalleryCurveTests {
    /// Every subset of the samples, by definition, row by row: the mean overlap of sample i over the subsets that have it.
    private func enumerated(_ a: RankedLists, _ b: RankedLists, m: Int, k: Int) -> (rows: [Double], score: Double) {
        let n = a.sampleCount
        var (rows, total, subsets) = ([Double](repeating: 0, count: n), 0.0, 0)
        for bits in 0..<(1 << n) where bits.nonzeroBitCount == m {
            func first(_ lists: RankedLists, _ i: Int) -> Set<Int32> {
                Set(lists.indices[(i * lists.reach)..<((i + 1) * lists.reach)].filter { bits >> $0 & 1 == 1 }.prefix(k))
            }
            for i in 0..<n where bits >> i & 1 == 1 {
                let share = Double(first(a, i).intersection(first(b, i)).count) / Double(k)
                rows[i] += share
                total += share / Double(m)
            }
            subsets += 1
        }
        let each = Double(subsets) * Double(m) / Double(n)
        return (rows.map { $0 / each }, total / Double(subsets))
    }

    private func lists(_ n: Int, reach: Int? = nil, overlap: Double = 0.7, seed: UInt64) -> [RankedLists] {
        RandomLists.indices(layers: 2, n: n, k: n - 1, overlap: overlap, seed: seed).map { indices in
            let reach = reach ?? n - 1
            return RankedLists(
                sampleCount: n, reach: reach,
                indices: (0..<n).flatMap { indices[($0 * (n - 1))..<($0 * (n - 1) + reach)] })
        }
    }

    @Test(arguments: [
        (8, 2, 1), (8, 4, 1), (8, 4, 3), (8, 5, 2), (8, 6, 3), (8, 7, 2), (8, 8, 2), (9, 5, 4), (12, 6, 2),
    ])
    func expectationsAreMeansOverAllSubsets(_ n: Int, _ m: Int, _ k: Int) {
        for (seed, overlap) in [(1, 0.0), (2, 0.5), (3, 0.8)] {
            let pair = lists(n, overlap: overlap, seed: UInt64(seed))
            let table = GalleryTable(sampleCount: n, subsetSize: m, k: k, reach: n - 1)
            let (rows, score) = enumerated(pair[0], pair[1], m: m, k: k)
            #expect(abs(GalleryCurve.scores(pair[0], pair[1], tables: [table])[0] - score) < 1e-12)
            let found = GalleryCurve.rowScores(pair[0], pair[1], tables: [table])[0]
            #expect(zip(found, rows).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(abs(GalleryCurve.scores(pair[1], pair[0], tables: [table])[0] - score) < 1e-12)
        }
    }

    /// A list that is too short loses no more than is said, and never gains; many sizes at once are as one by one.
    @Test func shortListsLoseAtMostTheBound() {
        let (n, k) = (60, 3)
        let full = lists(n, overlap: 0.5, seed: 9)
        let sizes = [10, 20, 40, 59, 60]
        let exact = GalleryCurve.scores(
            full[0], full[1], tables: sizes.map { GalleryTable(sampleCount: n, subsetSize: $0, k: k, reach: n - 1) })
        var largest = 0.0
        for reach in [1, 5, 12, 25, 40] {
            let short = lists(n, reach: reach, overlap: 0.5, seed: 9)
            let tables = sizes.map { GalleryTable(sampleCount: n, subsetSize: $0, k: k, reach: reach) }
            let found = GalleryCurve.scores(short[0], short[1], tables: tables)
            for (position, m) in sizes.enumerated() {
                let bound = GalleryTable.truncationBound(sampleCount: n, subsetSize: m, k: k, reach: reach)
                let loss = exact[position] - found[position]
                #expect(loss > -1e-14 && loss <= bound + 1e-14)
                largest = max(largest, loss)
                #expect(GalleryCurve.scores(short[0], short[1], tables: [tables[position]]) == [found[position]])
            }
        }
        #expect(largest > 0.3)
    }

    /// Against scipy's hypergeometric distribution.
    @Test func truncationBoundsAreThoseOfTheHypergeometricDistribution() {
        func bound(_ m: Int, _ reach: Int) -> Double {
            GalleryTable.truncationBound(sampleCount: 200, subsetSize: m, k: 5, reach: reach)
        }
        #expect(abs(bound(25, 40) - 0.3261796560316033) < 1e-14)
        #expect(abs(bound(50, 40) - 0.005349453036845119) < 1e-15)
        #expect(bound(200, 5) == 0 && bound(200, 2) == 1 && bound(25, 0) == 1)
        var row = HypergeometricRow(population: 1022, drawn: 254, most: 9)
        for _ in 0..<100 { row.mark() }
        for (h, expected) in [(0, 6.88276487e-14), (3, 5.99244824e-10), (9, 1.76267059e-05)] {
            #expect(abs(row.probabilities[h] / expected - 1) < 1e-8)
        }
    }

    @Test func tablesReachNoFurtherThanTheirSubsetsNeed() {
        #expect(GalleryTable(sampleCount: 1000, subsetSize: 1000, k: 10, reach: 200).reach == 10)
        let half = GalleryTable(sampleCount: 1000, subsetSize: 500, k: 10, reach: 200)
        #expect(half.reach > 40 && half.reach < 140)
        #expect(GalleryTable(sampleCount: 1000, subsetSize: 50, k: 10, reach: 100).reach == 100)
        #expect(GalleryTable.chance(subsetSize: 101, k: 10) == 0.1)
    }

    /// Layers that agree score 1 in every subset; places of lists beyond a word of 64 count as well.
    @Test func equalLayersScoreOne() {
        let n = 150
        let pair = lists(n, overlap: 0, seed: 4)
        let tables = [20, 75, 150].map { GalleryTable(sampleCount: n, subsetSize: $0, k: 5, reach: n - 1) }
        for score in GalleryCurve.scores(pair[0], pair[0], tables: tables) { #expect(abs(score - 1) < 1e-12) }
        // Unrelated ones score by chance.
        for (score, m) in zip(GalleryCurve.scores(pair[0], pair[1], tables: tables), [20, 75, 150]) {
            #expect(abs(score - GalleryTable.chance(subsetSize: m, k: 5)) < 0.02)
        }
    }
}
