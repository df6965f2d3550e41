import CKernels
import SweepTestSupport
import Testing

@testable import PermutationStatistics

/// Masks and adders against intersections of sets, by every instruction set that this machine has.
struct PermutedOverlapsTests {
    private static let instructions = [ck_instructions_baseline, ck_instructions_avx2, ck_instructions_avx512]
        .filter { $0.rawValue <= ck_best_instructions().rawValue }

    /// |N_A(i) ∩ π⁻¹N_B(π(i))| of every sample, by sets.
    private func overlaps(_ a: RankedLists, _ b: RankedLists, k: Int, _ permutation: SamplePermutation) -> [Int] {
        (0..<a.sampleCount).map { i in
            let match = Int(permutation.images[i])
            let own = Set(a.indices[(i * a.reach)...].prefix(k).filter { $0 >= 0 }.map { permutation.images[Int($0)] })
            return own.intersection(b.indices[(match * b.reach)...].prefix(k)).count
        }
    }

    private func check(
        rows: [RankedLists], columns: [RankedLists], k: Int, permutations: [SamplePermutation],
        columnsChecked: [Int]? = nil
    ) {
        let n = rows[0].sampleCount
        let expected = permutations.map { permutation in
            rows.map { row in
                (columnsChecked ?? Array(columns.indices)).map { overlaps(row, columns[$0], k: k, permutation) }
            }
        }
        for instructions in Self.instructions {
            let overlaps = PermutedOverlaps(rows: rows, columns: columns, k: k, instructions: instructions)
            let counts = overlaps.commonCounts(permutations)
            let sums = overlaps.jaccardSums(permutations)
            let (mutual, jaccard) = (overlaps.mutualScores(permutations), overlaps.jaccardScores(permutations))
            for p in permutations.indices {
                #expect(counts[p].count == rows.count * columns.count && sums[p].count == counts[p].count)
                for r in rows.indices {
                    for (position, c) in (columnsChecked ?? Array(columns.indices)).enumerated() {
                        let (cell, each) = (r * columns.count + c, expected[p][r][position])
                        let total = each.reduce(0, +)
                        #expect(counts[p][cell] == total)
                        #expect(mutual[p][cell] == Double(total) / Double(n * k))
                        let weights = each.map {
                            (Double(PermutedOverlaps.jaccardUnit) * Double($0) / Double(2 * k - $0)).rounded()
                        }
                        #expect(sums[p][cell] == UInt64(weights.reduce(0, +)))
                        let mean = each.reduce(0) { $0 + Double($1) / Double(2 * k - $1) } / Double(n)
                        #expect(abs(jaccard[p][cell] - mean) < 1e-12)
                    }
                }
            }
        }
    }

    private func permutations(_ n: Int, _ count: Int) -> [SamplePermutation] {
        let design = PermutationDesign(sampleCount: n)
        return [SamplePermutation(identityOf: n)] + (0..<count).map { design.permutation($0, seed: 3) }
    }

    /// Sizes around eight samples, a few entries of a list and the carries of many.
    @Test(arguments: [3, 7, 8, 9, 37, 100], [1, 2, 3, 5, 8, 10, 17])
    func countsAreThoseOfSets(_ n: Int, _ k: Int) {
        guard k < n else { return }
        let lists = RandomLists.indices(layers: 7, n: n, k: k, overlap: 0.6, seed: UInt64(n + k)).map {
            RankedLists(sampleCount: n, reach: k, indices: $0)
        }
        check(rows: Array(lists[..<3]), columns: Array(lists[3...]), k: k, permutations: permutations(n, 3))
    }

    /// Words, halves and whole masks, and one layer more: the first and last layers of each.
    @Test(arguments: [1, 63, 64, 65, 129, 257, 512, 513])
    func everyColumnLayerHasItsOwnBit(_ columns: Int) {
        let (n, k) = (29, 4)
        let lists = RandomLists.indices(layers: columns + 2, n: n, k: k + 2, overlap: 0.3, seed: 8).map {
            RankedLists(sampleCount: n, reach: k + 2, indices: $0)
        }
        let edges = [0, 1, 62, 63, 64, 127, 128, 129, 255, 256, 300, 511, 512, columns - 1].filter { $0 < columns }
        check(
            rows: Array(lists[..<2]), columns: Array(lists[2...]), k: k, permutations: permutations(n, 2),
            columnsChecked: edges)
    }

    /// Every sample lists the same few, and all layers agree: totals are as large as they can be.
    @Test(arguments: [11, 64], [1, 3, 10])
    func hubsAndTiedLayersFillTheCounters(_ n: Int, _ k: Int) {
        let tied = RankedLists(
            sampleCount: n, reach: k,
            indices: (0..<n).flatMap { i in (0...k).filter { $0 != i }.prefix(k).map { Int32($0) } })
        let empty = RankedLists(sampleCount: n, reach: k, indices: Array(repeating: -1, count: n * k))
        let columns = Array(repeating: tied, count: 66) + [empty]
        check(
            rows: [tied, empty], columns: columns, k: k, permutations: permutations(n, 2),
            columnsChecked: [0, 63, 64, 65, 66])
        let own = PermutedOverlaps(rows: [tied], columns: columns, k: k).commonCounts([.init(identityOf: n)])
        #expect(own == [[UInt32](repeating: UInt32(n * k), count: 66) + [0]])
    }

    /// A k of many adders, and the largest whose overlaps have eight bits.
    @Test(arguments: [64, 127, 255])
    func longListsOverflowNothing(_ k: Int) {
        let n = 263
        let lists = RandomLists.indices(layers: 4, n: n, k: k, overlap: 0.9, seed: 1).map {
            RankedLists(sampleCount: n, reach: k, indices: $0)
        }
        check(
            rows: [lists[0], lists[1]], columns: [lists[1], lists[2], lists[3]], k: k, permutations: permutations(n, 1))
    }

    /// More entries than are taken in at once.
    @Test func listsOfAnyLengthAreCounted() {
        let (n, k) = (605, 520)
        let lists = RandomLists.indices(layers: 3, n: n, k: k, overlap: 0.5, seed: 2).map {
            RankedLists(sampleCount: n, reach: k, indices: $0)
        }
        let permutation = PermutationDesign(sampleCount: n).permutation(0, seed: 1)
        for instructions in Self.instructions {
            let counts = PermutedOverlaps(
                rows: [lists[0]], columns: Array(lists[1...]), k: k, instructions: instructions
            )
            .commonCounts([permutation])[0]
            for column in 1...2 {
                #expect(
                    Int(counts[column - 1]) == overlaps(lists[0], lists[column], k: k, permutation).reduce(0, +))
            }
        }
    }

    /// Permutations come in runs of at most 16: what else is asked for changes none of them.
    @Test func aPermutationDoesNotDependOnTheOthers() {
        let (n, k) = (50, 5)
        let lists = RandomLists.indices(layers: 40, n: n, k: k, overlap: 0.4, seed: 5).map {
            RankedLists(sampleCount: n, reach: k, indices: $0)
        }
        let overlaps = PermutedOverlaps(rows: lists, columns: lists, k: k)
        let all = permutations(n, 40)
        let counts = overlaps.commonCounts(all)
        let sums = overlaps.jaccardSums(all)
        for (p, permutation) in all.enumerated() {
            #expect(overlaps.commonCounts([permutation]) == [counts[p]])
            #expect(overlaps.jaccardSums([permutation]) == [sums[p]])
        }
        #expect(overlaps.commonCounts([]).isEmpty)
        #expect(PermutedOverlaps(rows: [], columns: lists, k: k).commonCounts([all[0]]) == [[]])
    }
}
