internal import LinearAlgebra

/// Orders the candidates of every row by float64 similarities computed from the stored values (metrics.md, *Exact by
/// refinement*): the lists are those of float64, whatever the BLAS, the instruction set or the tile size.
struct NeighbourRefinement {
    let layer: PreparedLayer

    /// The `k` nearest of each row's candidates. A candidate list must hold every sample that may be among the first k + 1.
    func lists(k: Int, candidates: [[CandidateSelection.Candidate]]) -> NeighbourLists {
        let n = layer.sampleCount
        let representatives = representatives(candidates: candidates, expected: n * (k + 1))
        let scratch = Matrix<Double>(rows: 2, columns: layer.width, repeating: 0)
        defer { scratch.keepAlive() }
        var indices = [Int32](repeating: 0, count: n * k)
        var similarities = [Double](repeating: 0, count: n * k)
        var tiedRows = [Int32](repeating: 0, count: k)
        var rowMeans = [Double](repeating: 0, count: n)
        // The similarity of row i to a group of identical rows is computed once, by the group's first member.
        var known = [Double](repeating: 0, count: n)
        var knownFor = [Int32](repeating: -1, count: n)
        var ranked: [(similarity: Double, index: Int32)] = []
        guard let mine = scratch.row(0).baseAddress, let other = scratch.row(1).baseAddress else {
            return lists(k, indices, similarities, tiedRows, rowMeans: rowMeans)
        }
        for i in 0..<n {
            let row = layer.row(i, scratch: mine)
            rowMeans[i] = meanSimilarity(row)
            ranked.removeAll(keepingCapacity: true)
            for candidate in candidates[i] {
                let group = Int(representatives[Int(candidate.index)])
                if knownFor[group] != Int32(i) {
                    known[group] = FixedOrderSums.dot(row, layer.row(group, scratch: other), count: layer.width)
                    knownFor[group] = Int32(i)
                }
                ranked.append((known[group], candidate.index))
            }
            ranked.sort { $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.index < $1.index }
            for rank in 0..<k {
                indices[i * k + rank] = ranked[rank].index
                similarities[i * k + rank] = ranked[rank].similarity
                if rank + 1 < ranked.count, isTie(i, ranked[rank], ranked[rank + 1]) { tiedRows[rank] += 1 }
            }
        }
        return lists(k, indices, similarities, tiedRows, rowMeans: rowMeans)
    }

    private func lists(
        _ k: Int, _ indices: [Int32], _ similarities: [Double], _ tiedRows: [Int32], rowMeans: [Double]
    ) -> NeighbourLists {
        let grandMean = layer.means.withUnsafeBufferPointer { $0.baseAddress.map(meanSimilarity) ?? 0 }
        return NeighbourLists(
            sampleCount: layer.sampleCount, k: k, indices: indices, similarities: similarities, tiedRows: tiedRows,
            rowMeans: rowMeans, grandMean: grandMean)
    }

    /// The mean similarity of `row` to all samples: row·m.
    private func meanSimilarity(_ row: UnsafePointer<Double>) -> Double {
        layer.means.withUnsafeBufferPointer { means in
            means.baseAddress.map { FixedOrderSums.dot(row, $0, count: layer.width) } ?? 0
        }
    }

    /// Whether rounding in float64 could have decided between two similarities: their order then means nothing, as in a layer
    /// that clipping has saturated, where equal sums are reached in different orders.
    private func isTie(
        _ i: Int, _ a: (similarity: Double, index: Int32), _ b: (similarity: Double, index: Int32)
    ) -> Bool {
        let norms = layer.rowNorms[i] * max(layer.rowNorms[Int(a.index)], layer.rowNorms[Int(b.index)])
        return a.similarity - b.similarity <= Double(layer.width + 4) * 0x1p-53 * norms
    }

    /// For each sample, the first sample with the very same prepared row; itself where there are too few candidates beyond
    /// the `expected` ones for looking to pay.
    private func representatives(candidates: [[CandidateSelection.Candidate]], expected: Int) -> [Int32] {
        let n = layer.sampleCount
        guard candidates.reduce(0, { $0 + $1.count }) > 4 * expected else { return (0..<n).map { Int32($0) } }
        let bytes = layer.width * MemoryLayout<Double>.stride
        let scratch = Matrix<Double>(rows: 2, columns: layer.width, repeating: 0)
        defer { scratch.keepAlive() }
        var result = [Int32](repeating: 0, count: n)
        guard let mine = scratch.row(0).baseAddress, let other = scratch.row(1).baseAddress else { return result }
        var firstByHash: [Int: [Int32]] = [:]
        for i in 0..<n {
            let row = layer.row(i, scratch: mine)
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(start: row, count: bytes))
            let hash = hasher.finalize()
            let twin = firstByHash[hash, default: []].first { candidate in
                Self.memoryEqual(row, layer.row(Int(candidate), scratch: other), bytes: bytes)
            }
            result[i] = twin ?? Int32(i)
            if twin == nil { firstByHash[hash, default: []].append(Int32(i)) }
        }
        return result
    }

    private static func memoryEqual(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, bytes: Int) -> Bool {
        UnsafeRawBufferPointer(start: a, count: bytes).elementsEqual(UnsafeRawBufferPointer(start: b, count: bytes))
    }
}
