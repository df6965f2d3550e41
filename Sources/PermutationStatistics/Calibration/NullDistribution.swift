/// A statistic of many pairs of models under permutations 0 … K - 1: runs of them, put together in whatever order they come.
///
/// τ needs the whole null, so every value is kept: K doubles a pair. Values stand by the number of their permutation, so the same
/// permutations give the same bytes, however they were divided among workers.
package struct NullDistribution: Equatable, Sendable {
    /// Statistics of one permutation.
    package let pairCount: Int
    /// The values of runs of permutations that follow each other, by the first one's number: permutations x pairs. No two overlap or touch.
    private var runs: [(first: Int, values: [Double])] = []

    /// That of no permutation.
    package init(pairCount: Int) {
        precondition(pairCount > 0, "a distribution of something")
        self.pairCount = pairCount
    }

    /// That of permutations `first`, `first + 1`, …: `values` is permutations x pairs.
    package init(pairCount: Int, first: Int, values: [Double]) {
        self.init(pairCount: pairCount)
        precondition(first >= 0 && values.count % pairCount == 0, "whole permutations")
        if !values.isEmpty { runs = [(first, values)] }
    }

    /// Permutations that there are values of.
    package var count: Int { runs.reduce(0) { $0 + $1.values.count } / pairCount }

    /// The numbers of these permutations, in runs that follow each other.
    package var permutations: [Range<Int>] { runs.map { $0.first..<end($0) } }

    /// Whether permutations 0 … `count` - 1 are here, and no others.
    package func isComplete(_ count: Int) -> Bool { permutations == (count > 0 ? [0..<count] : []) }

    /// Takes in what was found for other permutations. What was done twice counts once: it has the same values.
    package mutating func merge(_ other: NullDistribution) {
        precondition(other.pairCount == pairCount, "a distribution of the same pairs")
        for run in other.runs { insert(run) }
    }

    private func end(_ run: (first: Int, values: [Double])) -> Int { run.first + run.values.count / pairCount }

    private mutating func insert(_ run: (first: Int, values: [Double])) {
        // What overlaps with the run, or touches it, becomes one with it.
        var joined = run
        var apart: [(first: Int, values: [Double])] = []
        for other in runs {
            if end(other) < joined.first || other.first > end(joined) {
                apart.append(other)
                continue
            }
            let (earlier, later) = other.first <= joined.first ? (other, joined) : (joined, other)
            let known = min(end(earlier) - later.first, later.values.count / pairCount)
            joined = (earlier.first, earlier.values + later.values.dropFirst(known * pairCount))
        }
        runs = (apart + [joined]).sorted { $0.first < $1.first }
    }

    /// The values of one pair, by the number of the permutation.
    package func values(ofPair pair: Int) -> [Double] {
        runs.flatMap { run in stride(from: pair, to: run.values.count, by: pairCount).map { run.values[$0] } }
    }

    /// The largest value of each permutation among `pairs`, NaN where all are, by the number of the permutation.
    package func maxima(over pairs: [Int]) -> [Double] {
        runs.flatMap { run in
            stride(from: 0, to: run.values.count, by: pairCount).map { start in
                pairs.reduce(Double.nan) { largest, pair in
                    let value = run.values[start + pair]
                    return value.isNaN || value <= largest ? largest : value
                }
            }
        }
    }

    package static func == (a: NullDistribution, b: NullDistribution) -> Bool {
        a.pairCount == b.pairCount && a.permutations == b.permutations
            && zip(a.runs, b.runs).allSatisfy { $0.values.map(\.bitPattern) == $1.values.map(\.bitPattern) }
    }
}
