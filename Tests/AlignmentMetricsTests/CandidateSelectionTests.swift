import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct CandidateSelectionTests {
    private func candidates(
        _ rows: [[Double]], count: Int, normalization: SweepSpec.Normalization = .none, threads: Int = 1,
        spareBytes: Int = 1 << 30
    ) -> [Set<Int>] {
        let layer = PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: normalization)
        let features = CentredFeatures(layer, threads: ThreadTeam(threads))
        let selection = CandidateSelection(features: features, count: count, spareBytes: spareBytes)
        CentredProduct.forEachTile(of: features.rows, threads: ThreadTeam(threads)) { selection.take($0) }
        selection.finish(threads: ThreadTeam(threads))
        var lists = rows.indices.map { selection.candidates(of: $0) }
        let postponed = selection.postponed
        for (i, list) in zip(
            postponed, selection.candidates(ofPostponed: postponed, features: features, threads: ThreadTeam(threads)))
        {
            #expect(lists[i].isEmpty)
            lists[i] = list
        }
        return lists.map { Set($0.map { Int($0.index) }) }
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

    /// More blocks than one, of which the last is short: rows are served by tiles on both sides of the diagonal.
    @Test(arguments: [1023, 1024, 1025, 2100], [1, 2, 3])
    func tilesAndThreadsLoseNobody(_ n: Int, _ threads: Int) {
        let k = 9
        let rows = clusters(n, 6, size: 40, gap: 1e-7, offset: 3)
        let found = candidates(rows, count: k + 1, threads: threads)
        for (i, list) in PlainMetrics.neighbours(rows, k: k + 1).enumerated() {
            #expect(found[i].isSuperset(of: list) && !found[i].contains(i))
        }
    }

    /// Whoever has no room for saturated rows finds the same candidates of them later.
    @Test(arguments: [1, 3])
    func rowsThatArePutOffGetTheSameCandidates(_ threads: Int) {
        let rows = clusters(1300, 5, size: 650, gap: 1e-9, offset: 1)
        let plenty = candidates(rows, count: 6, threads: threads)
        #expect(plenty.contains { $0.count > 600 })
        let (layer, count) = (
            PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: .none), 6
        )
        let features = CentredFeatures(layer)
        let selection = CandidateSelection(features: features, count: count, spareBytes: 0)
        CentredProduct.forEachTile(of: features.rows) { selection.take($0) }
        #expect(selection.postponed.count > 1000)
        #expect(candidates(rows, count: count, threads: threads, spareBytes: 0) == plenty)
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
