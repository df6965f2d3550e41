import Foundation
import SweepTestSupport
import Testing

@testable import PermutationStatistics

/// Mean, deviation and skewness of a sample, with their standard errors by the moments of their influence functions.
private struct SampleMoments {
    let values: [(estimate: Double, error: Double)]

    init(_ sample: [Double]) {
        let count = Double(sample.count)
        let mean = sample.reduce(0, +) / count
        let sd = (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        let z = sample.map { ($0 - mean) / sd }
        let skewness = z.reduce(0) { $0 + $1 * $1 * $1 } / count
        func error(_ influence: (Double) -> Double) -> Double {
            (z.reduce(0) { $0 + influence($1) * influence($1) } / count / count).squareRoot()
        }
        values = [
            (mean, sd * error { $0 }), (sd, sd * error { ($0 * $0 - 1) / 2 }),
            (skewness, error { $0 * $0 * $0 - skewness - 3 * $0 - 1.5 * skewness * ($0 * $0 - 1) }),
        ]
    }

    func expect(_ moments: NullMoments, _ name: String) {
        for (value, found) in zip(values, [moments.mean, moments.sd, moments.skewness]) where !found.isNaN {
            #expect(abs(value.estimate - found) < 4 * value.error, "\(name): \(found), simulated \(value)")
        }
    }
}

/// Sizes at which nothing can be enumerated: n = 200, k = 10, steep spectra with hubs, and random matchings.
@Suite struct SimulatedMomentsTests {
    private static let n = 200
    private static let k = 10

    private func features(_ width: Int, decay: Double, _ generator: inout SeededGenerator) -> [[Double]] {
        (0..<Self.n).map { _ in (1...width).map { generator.normal() * pow(Double($0), -decay) } }
    }

    /// `count` random permutations, what `scores` makes of each, score by score.
    private func simulated(_ count: Int, _ generator: inout SeededGenerator, _ scores: ([Int]) -> [Double])
        -> [[Double]]
    {
        var order = Array(0..<Self.n)
        let rows = (0..<count).map { _ in
            order.shuffle(using: &generator)
            return scores(order)
        }
        return rows[0].indices.map { score in rows.map { $0[score] } }
    }

    @Test func neighbourMetricsAgreeWithSimulation() {
        var generator = SeededGenerator(seed: 31)
        let (n, k) = (Self.n, Self.k)
        let x = PlainLists(features(30, decay: 1, &generator), reach: k)
        let y = PlainLists(features(40, decay: 0.7, &generator), reach: k)
        var arcs = [Bool](repeating: false, count: n * n)
        for (i, row) in y.rows.enumerated() { for j in row { arcs[i * n + j] = true } }
        let samples = simulated(4000, &generator) { matched in
            var (mutual, jaccard) = (0, 0.0)
            var isFound = [Bool](repeating: false, count: n)
            for i in 0..<n {
                var common = 0
                for j in x.rows[i] {
                    common += arcs[matched[i] * n + matched[j]] ? 1 : 0
                    // j has i among its neighbours of x, if i is in the list of j; here i and j have changed places.
                    if arcs[matched[j] * n + matched[i]] { isFound[j] = true }
                }
                mutual += common
                jaccard += Double(common) / Double(2 * k - common)
            }
            return [
                Double(mutual) / Double(n * k), jaccard / Double(n), Double(isFound.count { $0 }) / Double(n),
            ]
        }
        let mutual = [x, y].map { lists in lists.withStored { MutualNumbers.of($0, ks: [k]) }[0] }
        let types = [x, y].map { lists in lists.withStored { PairTypes($0, k: k) } }
        let table = JaccardTable(sampleCount: n, k: k)
        let shape = mutual[0].moments(with: mutual[1])
        let jaccard = JaccardNumbers(types[0], table).moments(with: JaccardNumbers(types[1], table), mutual: shape)
        let cycle = x.withStored { CycleNumbers($0, k: k) }.moments(with: types[1])
        SampleMoments(samples[0]).expect(shape, "mutual_knn")
        SampleMoments(samples[1]).expect(jaccard, "jaccard_knn")
        SampleMoments(samples[2]).expect(cycle, "cycle_knn")
        #expect(shape.sd.isFinite && shape.skewness > 0.05 && jaccard.sd < shape.sd && cycle.sd > shape.sd)
    }

    @Test func kernelsAndRanksAgreeWithSimulation() {
        var generator = SeededGenerator(seed: 32)
        let n = Self.n
        let plain = [
            PlainMatrix(products: features(20, decay: 1.2, &generator)),
            PlainMatrix(products: features(40, decay: 0.7, &generator)),
        ]
        let centred = plain.map { $0.centred }
        let uCentred = plain.map { $0.uCentred }
        // Ranks need not be exact here: any symmetric matrix with a mean of 0 has moments of this kind.
        let mean = plain.map { $0.packed.reduce(0, +) / Double(n * (n - 1) / 2) }
        let ranks = zip(plain, mean).map { matrix, mean in
            PlainMatrix(n) { i, j in i == j ? 0 : atan(matrix.rows[i][j] - mean) }
        }
        let meanRank = ranks.map { $0.packed.reduce(0, +) / Double(n * (n - 1) / 2) }
        let centredRanks = zip(ranks, meanRank).map { matrix, mean in
            PlainMatrix(n) { i, j in i == j ? 0 : matrix.rows[i][j] - mean }
        }
        let pairs = [centred, uCentred, centredRanks].map { pair in
            pair.map { matrix in
                let norm = matrix.rows.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
                return matrix.rows.joined().map { $0 / norm }
            }
        }
        let samples = simulated(3000, &generator) { matched in
            pairs.map { pair in
                pair[0].withUnsafeBufferPointer { a in
                    pair[1].withUnsafeBufferPointer { b in
                        var sum = 0.0
                        for i in 0..<n {
                            let (own, other) = (i * n, matched[i] * n)
                            for j in 0..<n { sum += a[own + j] * b[other + matched[j]] }
                        }
                        return sum
                    }
                }
            }
        }
        let byKernel = centred.map { kernel in
            kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }
        }
        let byProducts = plain.map { kernel in kernel.withPacked { KernelNumbers.uCentred($0) } }
        let byRanks = ranks.map { matrix in matrix.withPacked { RankNumbers($0) } }
        SampleMoments(samples[0]).expect(byKernel[0].moments(with: byKernel[1]), "cka")
        SampleMoments(samples[1]).expect(byProducts[0].moments(with: byProducts[1]), "unbiased_cka")
        SampleMoments(samples[2]).expect(byRanks[0].moments(with: byRanks[1]), "rsa")
        #expect(byKernel[0].moments(with: byKernel[1]).skewness > 0.5)
    }

    /// The series of jaccard_knn, cut off where its terms vanish, against the sum over all outcomes of one pair of rows.
    @Test(arguments: [(40, 9), (60, 25), (30, 28), (2000, 45)]) func jaccardSeriesIsTheSumOverOutcomes(
        _ n: Int, _ k: Int
    ) {
        let table = JaccardTable(sampleCount: n, k: k)
        for (own, other) in [
            (PairOfLists(arcs: 0, common: 0), PairOfLists(arcs: 0, common: 0)),
            (PairOfLists(arcs: 0, common: k), PairOfLists(arcs: 0, common: k)),
            (PairOfLists(arcs: 3, common: k - 2), PairOfLists(arcs: 3, common: k / 2)),
            (PairOfLists(arcs: 2, common: k / 2), PairOfLists(arcs: 3, common: k - 1)),
            (PairOfLists(arcs: 1, common: k - 1), PairOfLists(arcs: 2, common: 1)),
        ] where own.isPossible(n, k) && other.isPossible(n, k) {
            var counts = [Double](repeating: 0, count: 4 * (k + 1))
            counts[own.arcs * (k + 1) + own.common] = 1
            let found = table.weighted(counts)[other.arcs * (k + 1) + other.common]
            let expected = own.covariance(other, n, k)
            #expect(abs(found - expected) < 1e-14, "\(own), \(other): \(found) for \(expected)")
        }
    }
}

/// How the lists of two samples lie to each other.
private struct PairOfLists {
    /// 2 if the first has the second, and 1 if the second has the first.
    let arcs: Int
    let common: Int

    func isPossible(_ n: Int, _ k: Int) -> Bool {
        let (first, second) = exclusive(k)
        return first >= 0 && second >= 0 && first + second + common <= n - 2
    }

    /// How many other samples each has alone.
    private func exclusive(_ k: Int) -> (Int, Int) { (k - arcs / 2 - common, k - arcs % 2 - common) }

    /// E[(f(m_i) - μ)(f(m_j) - μ)], μ the mean of a row, from the distribution of (m_i, m_j) as samples of the other side are laid on
    /// those of this one, one kind after another.
    func covariance(_ other: PairOfLists, _ n: Int, _ k: Int) -> Double {
        func f(_ m: Int) -> Double { Double(m) / Double(2 * k - m) }
        func choose(_ n: Int, _ m: Int) -> Double {
            m < 0 || m > n ? 0 : (0..<m).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
        }
        let mean = (0...k).reduce(0.0) {
            $0 + choose(k, $1) * choose(n - 1 - k, k - $1) / choose(n - 1, k) * f($1)
        }
        let (first, second) = exclusive(k)
        let (otherFirst, otherSecond) = other.exclusive(k)
        let free = n - 2 - otherFirst - otherSecond - other.common
        let base = ((arcs & other.arcs) / 2, (arcs & other.arcs) % 2)
        var sum = 0.0
        // Of the samples in both lists a, b and c go where the other side has the first, the second, and both.
        for (a, b, c) in Self.parts(common, otherFirst, otherSecond, other.common) where common - a - b - c <= free {
            let free = free - (common - a - b - c)
            let ways =
                choose(otherFirst, a) * choose(otherSecond, b) * choose(other.common, c)
                * choose(free + common - a - b - c, common - a - b - c) / choose(n - 2, common)
            let (ofFirst, ofSecond, ofBoth) = (otherFirst - a, otherSecond - b, other.common - c)
            for (d, e, g) in Self.parts(first, ofFirst, ofSecond, ofBoth) where first - d - e - g <= free {
                let more =
                    ways * choose(ofFirst, d) * choose(ofSecond, e) * choose(ofBoth, g)
                    * choose(free, first - d - e - g) / choose(n - 2 - common, first)
                let matching = ofSecond - e + ofBoth - g
                let rest = n - 2 - common - first
                for h in 0...min(second, matching) {
                    let chance = choose(matching, h) * choose(rest - matching, second - h) / choose(rest, second)
                    sum += more * chance * (f(base.0 + a + c + d + g) - mean) * (f(base.1 + b + c + h) - mean)
                }
            }
        }
        return sum
    }

    /// All (a, b, c) of at most these with a + b + c ≤ `total`.
    private static func parts(_ total: Int, _ a: Int, _ b: Int, _ c: Int) -> [(Int, Int, Int)] {
        (0...min(total, a)).flatMap { a in
            (0...min(total - a, b)).flatMap { b in (0...min(total - a - b, c)).map { (a, b, $0) } }
        }
    }
}
