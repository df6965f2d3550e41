import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct CandidateSelectionTests {
    private func candidates(
        _ rows: [[Double]], count: Int, normalization: SweepSpec.Normalization = .none
    ) -> [Set<Int>] {
        let layer = PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: normalization)
        let features = CentredFeatures(layer)
        var selection = CandidateSelection(features: features, count: count)
        CentredProduct.forEachTile(of: features) { selection.take($0) }
        selection.finish()
        return selection.candidates.map { Set($0.map { Int($0.index) }) }
    }

    /// `n` rows in clusters of `size` whose members differ by `gap`.
    private func clusters(_ n: Int, _ d: Int, size: Int, gap: Double, offset: Double) -> [[Double]] {
        let centres = normals(n / size + 1, d, seed: 1)
        let noise = normals(n, d, seed: 2)
        return (0..<n).map { i in (0..<d).map { centres[i / size][$0] + gap * noise[i][$0] + offset } }
    }

    @Test(arguments: [1e-3, 1e-6, 1e-8, 1e-12, 0], [0, 10, 1000.0])
    func nearTiesBeyondFloat32AreAllKept(_ gap: Double, _ offset: Double) {
        let (n, k) = (150, 7)
        let rows = clusters(n, 20, size: 30, gap: gap, offset: offset)
        let found = candidates(rows, count: k + 1)
        for (i, list) in PlainMetrics.neighbours(rows, k: k + 1).enumerated() {
            #expect(found[i].isSuperset(of: list) && !found[i].contains(i))
        }
    }

    @Test func whatIsClearlyFartherIsDropped() {
        let found = candidates(normals(400, 32, seed: 4), count: 11, normalization: .l2)
        #expect(found.allSatisfy { $0.count >= 11 })
        #expect(found.reduce(0) { $0 + $1.count } < 400 * 12)
    }

    @Test func aSaturatedLayerKeepsEverySample() {
        let rows = (0..<200).map { i in (0..<8).map { _ in i < 100 ? 1.0 : -1.0 } }
        let found = candidates(rows, count: 5)
        for i in 0..<200 { #expect(found[i].count == 99) }
    }

    @Test(arguments: [1, 2, 3, 10, 64, 257])
    func selectLargestIsTheSortedElement(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for distinct in [2, 5, 1000] {
            var values = (0..<count).map { _ in Float(Int.random(in: 0..<distinct, using: &generator)) - 2 }
            if count > 2 { values[count / 2] = -.infinity }
            let sorted = values.sorted(by: >)
            for rank in 0..<count {
                var shuffled = values.shuffled(using: &generator)
                #expect(selectLargest(rank: rank, of: &shuffled) == sorted[rank])
            }
        }
    }
}
