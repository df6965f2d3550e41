import Foundation
import SweepTestSupport

@testable import PermutationStatistics

/// All permutations of n samples, in lexicographic order.
func allPermutations(_ n: Int) -> [[Int]] {
    guard n > 0 else { return [[]] }
    return allPermutations(n - 1).flatMap { shorter in
        (0..<n).map { place in shorter[..<place] + [n - 1] + shorter[place...] }
    }
}

/// Mean, standard deviation and skewness of numbers that are all there are.
struct EnumeratedMoments {
    let mean, variance, third: Double
    var sd: Double { variance.squareRoot() }
    var skewness: Double { third / (variance * sd) }

    init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        third = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / count
    }

    /// Those of `score` over all matchings π of n samples, sample i with π(i) of the other side.
    init(samples n: Int, _ score: ([Int]) -> Double) { self.init(allPermutations(n).map(score)) }

    /// Whether all three are the same within `tolerance`, ten times that for the skewness; of a constant there is none.
    func agrees(with moments: NullMoments, _ tolerance: Double = 1e-12) -> Bool {
        guard abs(moments.mean - mean) <= tolerance else { return false }
        guard variance > 1e-20 else { return moments.sd == 0 && moments.skewness.isNaN }
        return abs(moments.sd - sd) <= tolerance * max(1, sd)
            && abs(moments.skewness - skewness) <= tolerance * 10 * max(1, abs(skewness))
    }
}

/// Neighbour lists as whoever reads Schemas/metrics.md would keep them: of each sample the others, most similar first.
struct PlainLists {
    let rows: [[Int]]
    var n: Int { rows.count }
    var reach: Int { rows[0].count }

    /// The lists of `features` (n rows), of the full reach: by inner product, ties by position.
    init(_ features: [[Double]], reach: Int? = nil) {
        rows = features.indices.map { i in
            func similarity(_ j: Int) -> Double { zip(features[i], features[j]).reduce(0) { $0 + $1.0 * $1.1 } }
            let others = features.indices.filter { $0 != i }
            let sorted = others.sorted { (-similarity($0), $0) < (-similarity($1), $1) }
            return Array(sorted.prefix(reach ?? others.count))
        }
    }

    init(rows: [[Int]]) { self.rows = rows }

    /// Lists at random, which have `hub` first in all but its own.
    init(samples n: Int, reach: Int, hub: Int? = nil, _ generator: inout SeededGenerator) {
        rows = (0..<n).map { i in
            var others = (0..<n).filter { $0 != i }.shuffled(using: &generator)
            if let hub, i != hub {
                others.removeAll { $0 == hub }
                others.insert(hub, at: 0)
            }
            return Array(others.prefix(reach))
        }
    }

    func neighbours(of i: Int, _ k: Int) -> Set<Int> { Set(rows[i].prefix(k)) }

    func withStored<Result>(_ body: (StoredLists) throws -> Result) rethrows -> Result {
        let indices = rows.flatMap { $0.map { Int32($0) } }
        return try indices.withUnsafeBufferPointer {
            try body(StoredLists(indices: $0, sampleCount: n, reach: reach))
        }
    }

    /// The list sets at k, with its samples renamed: those of the sample that is matched with i, as samples of the side of i.
    func matched(_ permutation: [Int], _ k: Int) -> [Set<Int>] {
        var inverse = [Int](repeating: 0, count: n)
        for (i, image) in permutation.enumerated() { inverse[image] = i }
        return permutation.map { image in Set(rows[image].prefix(k).map { inverse[$0] }) }
    }
}

/// Features with what makes lists and ranks unusual.
enum Features: String, CaseIterable {
    case ordinary, duplicated, tied, hub, steep

    func rows(_ n: Int, _ d: Int, _ generator: inout SeededGenerator) -> [[Double]] {
        var rows = (0..<n).map { _ in (0..<d).map { _ in generator.normal() } }
        switch self {
        case .ordinary: break
        case .duplicated:
            rows[1] = rows[0]
            rows[n - 1] = rows[2]
        case .tied: rows = rows.map { $0.map { $0.rounded() } }
        case .hub: rows[2] = (0..<d).map { axis in 4 * rows.reduce(0) { $0 + $1[axis] } }
        case .steep: rows = rows.map { $0.enumerated().map { axis, value in value * pow(0.2, Double(axis)) } }
        }
        return rows
    }
}
