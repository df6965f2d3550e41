internal import CKernels
internal import Foundation
internal import LinearAlgebra

/// Orders the candidates of every row by float64 similarities computed from the stored values (Schemas/metrics.md, *Exact by refinement*):
/// the lists are those of float64, whatever the BLAS, the instruction set, the tile size or the number of threads.
struct NeighbourRefinement {
    typealias Candidate = CandidateSelection.Candidate

    let layer: PreparedLayer
    let threads: ThreadTeam
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
        let listed = Matrix<UInt8>(rows: 1, columns: n, repeating: 0)
        let workers = (0..<threads.most).map { _ in
            RowRefinement(layer: layer, k: k, representatives: representatives, listed: listed)
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
                    threads.forEachRun(n, of: Self.runLength) { worker, run in
                        for i in run where !isPostponed[i] { refine(worker, i, selection.candidates(of: i)) }
                        onStep()
                    }
                    let features = postponed.isEmpty ? nil : features()
                    let height = max(Self.leastPanelRows, panelBytes / (MemoryLayout<Candidate>.stride * 2 * n))
                    for first in stride(from: 0, to: postponed.count, by: height) {
                        let rows = Array(postponed[first..<min(first + height, postponed.count)])
                        guard let features else { break }
                        let found = selection.candidates(ofPostponed: rows, features: features, threads: threads)
                        threads.forEach(rows.count) { worker, position in
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
    /// Marks of the rows whose lists are written, by whichever thread: of a pair that list one another the similarity is computed once.
    private let marks: Matrix<UInt8>

    init(layer: PreparedLayer, k: Int, representatives: [Int32]?, listed: Matrix<UInt8>) {
        self.layer = layer
        self.k = k
        self.representatives = representatives
        ranking = NeighbourRanking(of: layer.frame, k: k)
        scratch = Matrix(unwrittenRows: 5, columns: layer.width)
        known = Array(repeating: 0, count: layer.sampleCount)
        knownFor = Array(repeating: -1, count: layer.sampleCount)
        marks = listed
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
        if let mark = marks.elements.baseAddress { ck_publish(mark + i) }
        return FixedOrderSums.dot(row, layer.means, count: layer.width)
    }

    /// The similarity of row `other` to sample `i` where its list has it: the product of two rows has the same bits either way round.
    private func listed(
        _ i: Int, of other: Int, _ indices: UnsafePointer<Int32>, _ similarities: UnsafePointer<Double>
    ) -> Double? {
        guard let mark = marks.elements.baseAddress, ck_is_published(mark + other) != 0 else { return nil }
        let position = ck_position_of(Int32(truncatingIfNeeded: i), indices + other * k, k)
        return position < 0 ? nil : similarities[other * k + position]
    }

    /// Similarities of `row` to the rows wanted, four at a time.
    private func computeWanted(_ row: UnsafePointer<Double>) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { results in
            withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 4) { rows in
                for position in stride(from: 0, to: wanted.count, by: 4) {
                    // The last few are done over to make four.
                    func other(_ place: Int) -> Int { Int(wanted[min(position + place, wanted.count - 1)]) }
                    for place in 0..<4 {
                        rows[place] = scratch.row(place + 1).baseAddress.map { layer.row(other(place), scratch: $0) }
                    }
                    ck_dot4(row, rows.baseAddress, layer.width, results.baseAddress)
                    for place in 0..<4 { known[other(place)] = results[place] }
                }
            }
        }
    }
}
