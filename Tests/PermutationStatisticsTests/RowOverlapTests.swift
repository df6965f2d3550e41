import SweepTestSupport
import Testing

@testable import PermutationStatistics

@Suite struct RowOverlapTests {
    /// 1/n Σ_i |N_A(i) ∩ N_B(i)|/|N_A(i) ∪ N_B(i)|
    private func jaccard(_ x: PlainLists, _ y: PlainLists, _ k: Int, _ permutation: [Int]) -> Double {
        let matched = y.matched(permutation, k)
        return (0..<x.n).reduce(0) { sum, i in
            let own = x.neighbours(of: i, k)
            return sum + Double(own.intersection(matched[i]).count) / Double(own.union(matched[i]).count)
        } / Double(x.n)
    }

    /// 1/n Σ_i [i ∈ ∪_{j ∈ N_B(i)} N_A(j)]
    private func cycle(_ x: PlainLists, _ y: PlainLists, _ k: Int, _ permutation: [Int]) -> Double {
        let matched = y.matched(permutation, k)
        let found = (0..<x.n).count { i in matched[i].contains { j in x.neighbours(of: j, k).contains(i) } }
        return Double(found) / Double(x.n)
    }

    private func expectAgreement(_ x: PlainLists, _ y: PlainLists, k: Int) {
        let table = JaccardTable(sampleCount: x.n, k: k)
        let types = [x, y].map { lists in lists.withStored { PairTypes($0, k: k) } }
        let mutual = [x, y].map { lists in lists.withStored { MutualNumbers.of($0, ks: [k]) }[0] }
        let cycles = [x, y].map { lists in lists.withStored { CycleNumbers($0, k: k) } }
        let shape = mutual[0].moments(with: mutual[1])

        let expected = EnumeratedMoments(samples: x.n) { jaccard(x, y, k, $0) }
        let jaccards = types.map { JaccardNumbers($0, table) }
        for found in [
            jaccards[0].moments(with: jaccards[1], mutual: shape),
            jaccards[1].moments(with: jaccards[0], mutual: shape),
        ] {
            #expect(abs(found.mean - expected.mean) < 1e-12, "k \(k)")
            #expect(abs(found.sd - (expected.variance > 1e-20 ? expected.sd : 0)) < 1e-12, "k \(k)")
            #expect(found.skewness == shape.skewness || found.skewness.isNaN)
        }

        for (own, other, lists) in [(0, 1, (x, y)), (1, 0, (y, x))] {
            let expected = EnumeratedMoments(samples: x.n) { cycle(lists.0, lists.1, k, $0) }
            let found = cycles[own].moments(with: types[other])
            #expect(abs(found.mean - expected.mean) < 1e-12, "k \(k)")
            #expect(
                abs(found.sd - (expected.variance > 1e-20 ? expected.sd : 0)) < 1e-12, "k \(k): \(found), \(expected)")
            #expect(found.skewness.isNaN && found.gap == (found.sd > 0 ? .unknownSkewness : .constantScore))
        }
    }

    @Test(arguments: Features.allCases, [6, 7]) func agreeWithEnumeration(_ features: Features, _ n: Int) {
        var generator = SeededGenerator(seed: UInt64(n) + 40)
        let x = PlainLists(features.rows(n, 4, &generator))
        let y = PlainLists(Features.ordinary.rows(n, 3, &generator))
        for k in 1...3 { expectAgreement(x, y, k: k) }
        expectAgreement(x, x, k: 2)
    }

    @Test(arguments: 0..<6) func agreeForAnyLists(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let n = 6 + Int(seed % 2)
        let x = PlainLists(samples: n, reach: n - 1, hub: seed < 3 ? 0 : nil, &generator)
        let y = PlainLists(samples: n, reach: n - 1, hub: seed % 2 == 0 ? 3 : nil, &generator)
        for k in 1..<n { expectAgreement(x, y, k: k) }
    }

    @Test(arguments: [2, 3, 4, 5]) func agreeForVeryFewSamples(_ n: Int) {
        var generator = SeededGenerator(seed: 5)
        let x = PlainLists(samples: n, reach: n - 1, &generator)
        let y = PlainLists(samples: n, reach: n - 1, &generator)
        for k in 1..<n { expectAgreement(x, y, k: k) }
    }

    @Test func pairTypesAreThoseOfTheDefinition() {
        var generator = SeededGenerator(seed: 12)
        let lists = PlainLists(samples: 30, reach: 6, hub: 4, &generator)
        for k in [1, 3, 6] {
            var expected = [Double](repeating: 0, count: 4 * (k + 1))
            let sets = (0..<30).map { lists.neighbours(of: $0, k) }
            for i in 0..<30 {
                for j in 0..<30 where j != i {
                    let arcs = (sets[i].contains(j) ? 2 : 0) + (sets[j].contains(i) ? 1 : 0)
                    expected[arcs * (k + 1) + sets[i].intersection(sets[j]).count] += 1
                }
            }
            #expect(lists.withStored { PairTypes($0, k: k) }.counts == expected)
        }
    }
}
