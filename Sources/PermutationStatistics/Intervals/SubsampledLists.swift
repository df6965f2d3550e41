/// The first k neighbours within a subsample, from lists that go further: those of a list that were drawn, in its order.
package struct SubsampledLists: Sendable {
    /// k neighbours of each sample drawn, as positions in the subsample (m x k); none at all where a list ran out.
    package let lists: RankedLists
    /// Whose list has fewer than k samples of the subsample (m): what its neighbours would be is not known.
    package let ranOut: [Bool]

    package init(_ lists: RankedLists, in subsample: Subsample, k: Int) {
        self.init(lists, in: subsample, positions: subsample.positions, k: k)
    }

    /// - Parameter positions: those of the subsample, which all its layers share.
    package init(_ lists: RankedLists, in subsample: Subsample, positions: [Int32], k: Int) {
        precondition(
            lists.sampleCount == subsample.sampleCount && positions.count == lists.sampleCount && k > 0,
            "lists of the samples that were drawn from")
        let (m, reach) = (subsample.samples.count, lists.reach)
        var ranOut = [Bool](repeating: false, count: m)
        let indices = [Int32](unsafeUninitializedCapacity: m * k) { target, count in
            lists.indices.withUnsafeBufferPointer { listed in
                positions.withUnsafeBufferPointer { positions in
                    for (row, sample) in subsample.samples.enumerated() {
                        let (own, start) = (row * k, Int(sample) * reach)
                        var (found, place) = (0, 0)
                        // Whether a neighbour was drawn is as good as random: what was not is overwritten, without a branch.
                        while place < reach, found < k {
                            let neighbour = listed[start + place]
                            let position = neighbour < 0 ? -1 : positions[Int(neighbour)]
                            target[own + found] = position
                            found += position >= 0 ? 1 : 0
                            place += 1
                        }
                        guard found < k else { continue }
                        ranOut[row] = true
                        for place in 0..<k { target[own + place] = -1 }
                    }
                }
            }
            count = m * k
        }
        self.lists = RankedLists(sampleCount: m, reach: k, indices: indices)
        self.ranOut = ranOut
    }

    /// Rows whose list ran out.
    package var ranOutCount: Int { ranOut.count { $0 } }
}

/// Scores of many layer pairs within one subsample.
package struct SubsampledOverlaps {
    private let overlaps: PermutedOverlaps
    /// The samples of each layer pair of which both lists are known: rows x columns.
    private let complete: [Int]

    package init(rows: [SubsampledLists], columns: [SubsampledLists]) {
        let k = (rows.first ?? columns.first)?.lists.reach ?? 1
        precondition((rows + columns).allSatisfy { $0.lists.reach == k }, "as many neighbours in every layer")
        overlaps = PermutedOverlaps(rows: rows.map(\.lists), columns: columns.map(\.lists), k: k)
        func words(_ flags: [Bool]) -> [UInt64] {
            stride(from: 0, to: flags.count, by: 64).map { first in
                flags[first..<min(first + 64, flags.count)].reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
            }
        }
        let (left, right) = (rows.map { words($0.ranOut) }, columns.map { words($0.ranOut) })
        let m = overlaps.sampleCount
        complete = left.flatMap { a in
            right.map { b in m - zip(a, b).reduce(0) { $0 + ($1.0 | $1.1).nonzeroBitCount } }
        }
    }

    /// The samples that each layer pair's score leaves out because one of their lists ran out: rows x columns.
    package var leftOut: [Int] { complete.map { overlaps.sampleCount - $0 } }

    /// `mutual_knn`, the mean over samples of which both lists are known: rows x columns, NaN where there is none.
    package var mutualScores: [Double] {
        zip(overlaps.commonCounts([identity])[0], complete).map { common, samples in
            samples > 0 ? Double(common) / Double(samples * overlaps.k) : .nan
        }
    }

    /// `jaccard_knn`, likewise.
    package var jaccardScores: [Double] {
        zip(overlaps.jaccardSums([identity])[0], complete).map { sum, samples in
            samples > 0 ? Double(sum) / (Double(PermutedOverlaps.jaccardUnit) * Double(samples)) : .nan
        }
    }

    private var identity: SamplePermutation { SamplePermutation(identityOf: overlaps.sampleCount) }
}
