import LinearAlgebra
import SweepTestSupport
import Testing

@testable import PermutationStatistics

@Suite struct MutualNumbersTests {
    /// 1/(nk) Σ_i |N_A(i) ∩ N_B(i)|
    private func score(_ x: PlainLists, _ y: PlainLists, _ k: Int, _ permutation: [Int]) -> Double {
        let matched = y.matched(permutation, k)
        let common = (0..<x.n).reduce(0) { $0 + x.neighbours(of: $1, k).intersection(matched[$1]).count }
        return Double(common) / Double(x.n * k)
    }

    private func expectAgreement(_ x: PlainLists, _ y: PlainLists, ks: [Int]) {
        let a = x.withStored { MutualNumbers.of($0, ks: ks) }
        let b = y.withStored { MutualNumbers.of($0, ks: ks) }
        for (position, k) in ks.enumerated() {
            let expected = EnumeratedMoments(samples: x.n) { score(x, y, k, $0) }
            let found = a[position].moments(with: b[position])
            #expect(expected.agrees(with: found), "k \(k): \(found) for \(expected)")
            #expect(found.gap == (expected.variance > 1e-20 ? nil : .constantScore))
        }
    }

    @Test(arguments: Features.allCases, [6, 7]) func agreesWithEnumeration(_ features: Features, _ n: Int) {
        var generator = SeededGenerator(seed: UInt64(n))
        let x = PlainLists(features.rows(n, 4, &generator))
        let y = PlainLists(Features.ordinary.rows(n, 3, &generator))
        expectAgreement(x, y, ks: [1, 2, 3])
        expectAgreement(x, x, ks: [2])
    }

    /// Lists that are no nearest neighbours of anything, so with other triangles; and with a sample that all have first.
    @Test(arguments: 0..<6) func agreesForAnyLists(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let n = 6 + Int(seed % 2)
        let x = PlainLists(samples: n, reach: n - 1, hub: seed < 3 ? 0 : nil, &generator)
        let y = PlainLists(samples: n, reach: n - 1, hub: seed % 2 == 0 ? 3 : nil, &generator)
        expectAgreement(x, y, ks: [3, 1, n - 2])
    }

    @Test(arguments: [2, 3, 4, 5]) func agreesForVeryFewSamples(_ n: Int) {
        var generator = SeededGenerator(seed: 5)
        let x = PlainLists(samples: n, reach: n - 1, &generator)
        let y = PlainLists(samples: n, reach: n - 1, &generator)
        expectAgreement(x, y, ks: Array(1..<n))
    }

    /// A star and lists of which every sample is in equally many share as much whatever the matching, though neither is constant.
    @Test func constantScoresHaveNoSkewness() {
        let star = PlainLists(rows: [[1], [0], [0], [0], [0], [0]])
        let ring = PlainLists(rows: (0..<6).map { [($0 + 1) % 6] })
        let full = PlainLists(rows: (0..<6).map { i in (0..<6).filter { $0 != i } })
        expectAgreement(full, full, ks: [5])
        expectAgreement(star, ring, ks: [1])
    }

    /// One pass for many k gives what each gives alone, in the order in which they are asked for.
    @Test func everyKAtOnce() {
        var generator = SeededGenerator(seed: 3)
        let lists = PlainLists(samples: 40, reach: 12, hub: 7, &generator)
        let ks = [5, 12, 1, 5]
        let together = lists.withStored { MutualNumbers.of($0, ks: ks) }
        #expect(together == ks.flatMap { k in lists.withStored { MutualNumbers.of($0, ks: [k]) } })
        #expect(together.map(\.k) == ks)
    }

    /// Found by counting paths and by ranks: the same as by definition.
    @Test func trianglesAreThoseOfTheDefinition() {
        var generator = SeededGenerator(seed: 11)
        let lists = PlainLists(samples: 15, reach: 6, hub: 2, &generator)
        let triangles = lists.withStored { ListTriangles($0, reach: 6, threads: 3) }
        for k in 1...6 {
            let sets = (0..<15).map { lists.neighbours(of: $0, k) }
            var (cyclic, transitive) = (0, 0)
            for i in 0..<15 {
                for j in sets[i] {
                    for l in sets[j] {
                        cyclic += sets[l].contains(i) ? 1 : 0
                        transitive += sets[i].contains(l) ? 1 : 0
                    }
                }
            }
            #expect(triangles.cyclic[k - 1] == cyclic && triangles.transitive[k - 1] == transitive)
        }
    }

    @Test func patternsAreAsManyAsCountingGives() {
        // Set partitions of 6 ends without loops and the multigraphs that they are; with loops the Bell number.
        #expect(ArcPatterns.directedTriples.patterns.count == 24)
        #expect(ArcPatterns.directedTriples.patterns.reduce(0) { $0 + $1.memberCount } == 87)
        #expect(ArcPatterns.directedPairs.patterns.count == 6)
        #expect(ArcPatterns.symmetricTriples.patterns.count == 8)
        #expect(ArcPatterns.loopedTriples.patterns.reduce(0) { $0 + $1.memberCount } == 203)
    }
}
