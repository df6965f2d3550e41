internal import CKernels
internal import Foundation
internal import LinearAlgebra

/// Orders the candidates of every row by float64 similarities computed from the stored values (Schemas/metrics.md, *Exact by refinement*):
/// the lists are those of float64, whatever the BLAS, the instruction set, the tile size or the number of threads.
struct NeighbourRefinement {
    typealias Candidate = CandidateSelection.Candidate

    let layer: PreparedLayer
    let threads: Int
    var onStep: @Sendable () -> Void = {}

    /// Rows that a thread takes at a time.
    private static let runLength = 64
    /// Rows that were put off are taken so many at a time at least.
    private static let leastPanelRows = 8

    /// The `k` nearest of each row's candidates, which must hold every sample that may be among the first k + 1.
    ///
    /// Rows that were put off get theirs a few at a time, in about `panelBytes`, and need the `features`.
    func lists(
        k: Int, selection: CandidateSelection, features: () -> CentredFeatures, panelBytes: Int
    ) -> NeighbourLists {
        let n = layer.sampleCount
        let postponed = selection.postponed
        // Looking for identical rows pays where there are many candidates beyond the expected ones.
        let isSaturated = !postponed.isEmpty || selection.total > selection.usualShare * n * (k + 1)
        let representatives = isSaturated ? IdenticalRows.representatives(of: layer) : nil
        let workers = (0..<threads).map { _ in
            RowRefinement(layer: layer, k: k, representatives: representatives)
        }
        var rowMeans = [Double](repeating: 0, count: n)
        var similarities: [Double] = []
        let indices = [Int32](unsafeUninitializedCapacity: n * k) { indices, indexCount in
            similarities = [Double](unsafeUninitializedCapacity: n * k) { similarities, count in
                rowMeans.withUnsafeMutableBufferPointer { rowMeans in
                    func refine(_ worker: Int, _ i: Int, _ candidates: [Candidate]) {
                        guard let index = indices.baseAddress, let similarity = similarities.baseAddress else { return }
                        rowMeans[i] = workers[worker].refine(i, candidates, indices: index, similarities: similarity)
                    }
                    var isPostponed = [Bool](repeating: false, count: n)
                    for i in postponed { isPostponed[i] = true }
                    ThreadTeam.forEachRun(n, of: Self.runLength, threads: threads) { worker, run in
                        for i in run where !isPostponed[i] { refine(worker, i, selection.candidates(of: i)) }
                        onStep()
                    }
                    let features = postponed.isEmpty ? nil : features()
                    let height = max(Self.leastPanelRows, panelBytes / (MemoryLayout<Candidate>.stride * 2 * n))
                    for first in stride(from: 0, to: postponed.count, by: height) {
                        let rows = Array(postponed[first..<min(first + height, postponed.count)])
                        guard let features else { break }
                        let found = selection.candidates(ofPostponed: rows, features: features, threads: threads)
                        ThreadTeam.forEach(rows.count, threads: threads) { worker, position in
                            refine(worker, rows[position], found[position])
                        }
                        onStep()
                    }
                }
                count = n * k
            }
            indexCount = n * k
        }
        let tiedRows = NeighbourRanking.tiedRows(workers.map(\.ranking))
        let grandMean = FixedOrderSums.dot(layer.means, layer.means, count: layer.width)
        return NeighbourLists(
            sampleCount: n, k: k, indices: indices, similarities: similarities, tiedRows: tiedRows, rowMeans: rowMeans,
            grandMean: grandMean, scale: layer.frame.units.productScale)
    }
}

/// One thread's part of the refinement.
private final class RowRefinement {
    private let layer: PreparedLayer
    private let k: Int
    /// For each sample the first one with the very same row; nil where rows are taken to differ.
    private let representatives: [Int32]?
    private(set) var ranking: NeighbourRanking
    /// The row itself and four others, where the layer does not keep its rows.
    private let scratch: Matrix<Double>
    /// The similarity of the current row to a group of identical rows is computed once, by the group's first member.
    private var known: [Double]
    private var knownFor: [Int32]
    private var wanted: [Int32] = []
    /// The rows whose lists are written: of a pair that list one another the similarity is computed once. Only this thread's own count.
    private var isListed: [Bool]

    init(layer: PreparedLayer, k: Int, representatives: [Int32]?) {
        self.layer = layer
        self.k = k
        self.representatives = representatives
        ranking = NeighbourRanking(of: layer.frame, k: k)
        scratch = Matrix(unwrittenRows: 5, columns: layer.width)
        known = Array(repeating: 0, count: layer.sampleCount)
        knownFor = Array(repeating: -1, count: layer.sampleCount)
        isListed = Array(repeating: false, count: layer.sampleCount)
    }

    /// Writes the `k` nearest of row i's candidates to its part of the lists (n x k), and returns the row's mean similarity to all samples, itself included: row·m.
    func refine(
        _ i: Int, _ candidates: [CandidateSelection.Candidate], indices: UnsafeMutablePointer<Int32>,
        similarities: UnsafeMutablePointer<Double>
    ) -> Double {
        guard let mine = scratch.row(0).baseAddress else { return .nan }
        let row = layer.row(i, scratch: mine)
        wanted.removeAll(keepingCapacity: true)
        for candidate in candidates {
            let group = representatives?[Int(candidate.index)] ?? candidate.index
            guard knownFor[Int(group)] != Int32(i) else { continue }
            knownFor[Int(group)] = Int32(i)
            if representatives == nil, let similarity = listed(i, of: Int(group), indices, similarities) {
                known[Int(group)] = similarity
            } else {
                wanted.append(group)
            }
        }
        computeWanted(row)
        for candidate in candidates {
            ranking.add(candidate.index, known[Int(representatives?[Int(candidate.index)] ?? candidate.index)])
        }
        ranking.write(i, indices: indices + i * k, similarities: similarities + i * k)
        isListed[i] = true
        return FixedOrderSums.dot(row, layer.means, count: layer.width)
    }

    /// The similarity of row `other` to sample `i` where its list has it: the product of two rows has the same bits either way round.
    private func listed(
        _ i: Int, of other: Int, _ indices: UnsafePointer<Int32>, _ similarities: UnsafePointer<Double>
    ) -> Double? {
        guard isListed[other] else { return nil }
        for position in other * k..<(other + 1) * k where indices[position] == Int32(truncatingIfNeeded: i) {
            return similarities[position]
        }
        return nil
    }

    /// Similarities of `row` to the rows wanted, four at a time.
    private func computeWanted(_ row: UnsafePointer<Double>) {
        var results = (0.0, 0.0, 0.0, 0.0)
        var position = 0
        while position < wanted.count {
            // The last few are done over to make four.
            let four = (0..<4).map { Int(wanted[min(position + $0, wanted.count - 1)]) }
            withUnsafeMutableBytes(of: &results) { results in
                let results = results.assumingMemoryBound(to: Double.self)
                guard let base = results.baseAddress else { return }
                let rows = four.enumerated().map { place, other -> UnsafePointer<Double>? in
                    scratch.row(place + 1).baseAddress.map { layer.row(other, scratch: $0) }
                }
                rows.withUnsafeBufferPointer { ck_dot4(row, $0.baseAddress, layer.width, base) }
                for (place, other) in four.enumerated() { known[other] = results[place] }
            }
            position += 4
        }
    }
}
