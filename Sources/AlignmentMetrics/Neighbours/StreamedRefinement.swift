internal import CKernels
internal import LinearAlgebra

/// The float64 similarities of a run of rows to their candidates, of a layer whose rows are read slab by slab: those of
/// `NeighbourRefinement` to the bit.
struct StreamedRefinement {
    let layer: StreamedLayer
    let threads: ThreadTeam
    /// Whether rows that are the very same are worth looking for: each is then multiplied once.
    let isSaturated: Bool

    /// Rows that a thread takes at a time.
    private static let runLength = 64

    /// The similarities of rows of `own` to their candidates.
    ///
    /// - Parameters:
    ///   - rows: positions in `own`.
    ///   - starts: the candidates of the r-th row are `indices[starts[r] ..< starts[r + 1]]`, ascending samples of the layer.
    /// - Returns: beside each candidate its similarity.
    func similarities(of own: PreparedLayer, rows: [Int], starts: [Int], indices: [Int32]) throws -> [Double] {
        let similarities = Matrix<Double>(unwrittenRows: 1, columns: indices.count)
        let scratch = Matrix<Double>(unwrittenRows: threads.most, columns: layer.frame.width)
        defer { withExtendedLifetime((similarities, scratch)) {} }
        guard let results = similarities.elements.baseAddress else { return [] }
        // Of each row the first candidate that is not in a slab yet.
        var places = Array(starts.prefix(rows.count))
        try layer.forEachSlab(of: 0..<layer.frame.sampleCount, keepsRows: true) { slab in
            let representatives = isSaturated ? IdenticalRows.representatives(of: slab) : nil
            let end = Int32(clamping: slab.samples.upperBound)
            places.withUnsafeMutableBufferPointer { places in
                // Each place is one thread's, that of its row.
                nonisolated(unsafe) let places = places
                threads.forEachRun(rows.count, of: Self.runLength) { worker, run in
                    guard let mine = scratch.row(worker).baseAddress else { return }
                    var group = SlabGroup(slab, representatives)
                    for r in run {
                        let first = places[r]
                        while places[r] < starts[r + 1], indices[places[r]] < end { places[r] += 1 }
                        guard first < places[r] else { continue }
                        group.multiply(
                            own.row(rows[r], scratch: mine), indices[first..<places[r]], into: results + first)
                    }
                }
            }
        }
        return Array(similarities.elements)
    }
}

/// One thread's products of rows with rows of a slab.
private struct SlabGroup {
    private let slab: PreparedLayer
    /// For each row of the slab the first one that is the very same; nil where rows are taken to differ.
    private let representatives: [Int32]?
    private var known: [Int32: Double] = [:]

    init(_ slab: PreparedLayer, _ representatives: [Int32]?) {
        self.slab = slab
        self.representatives = representatives
    }

    /// Writes the products of `row` with the rows of `samples`, four at a time.
    mutating func multiply(
        _ row: UnsafePointer<Double>, _ samples: ArraySlice<Int32>, into results: UnsafeMutablePointer<Double>
    ) {
        let first = Int32(truncatingIfNeeded: slab.samples.lowerBound)
        guard let representatives else {
            var position = 0
            while position + 4 <= samples.count {
                withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 4) { rows in
                    for place in 0..<4 { rows[place] = other(samples[samples.startIndex + position + place] - first) }
                    ck_dot4(row, rows.baseAddress, slab.width, results + position)
                }
                position += 4
            }
            while position < samples.count {
                results[position] = product(row, samples[samples.startIndex + position] - first)
                position += 1
            }
            return
        }
        known.removeAll(keepingCapacity: true)
        for (position, sample) in samples.enumerated() {
            let group = representatives[Int(sample - first)]
            let value = known[group] ?? product(row, group)
            known[group] = value
            results[position] = value
        }
    }

    private func product(_ row: UnsafePointer<Double>, _ other: Int32) -> Double {
        self.other(other).map { FixedOrderSums.dot(row, $0, count: slab.width) } ?? .nan
    }

    /// A row of the slab, all of which are kept.
    private func other(_ i: Int32) -> UnsafePointer<Double>? { slab.keptRow(Int(i)) }
}
