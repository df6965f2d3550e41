internal import CKernels

/// Candidates of a run of rows among some samples, as one step of a search hands them to the next.
package struct CandidateTable: Equatable {
    /// The samples whose candidates they are.
    package let samples: Range<Int>
    /// How many candidates each row has, -1 where they were too many to be kept (rows).
    package let counts: [Int32]
    /// The candidates of one row after the other: samples, float32 values K_ij + b_j and bounds e_ij on their errors.
    package let indices: [Int32]
    package let scores: [Float]
    package let margins: [Float]

    /// Nil where the numbers do not fit each other, or name samples that a layer of `sampleCount` does not have.
    package init?(
        samples: Range<Int>, counts: [Int32], indices: [Int32], scores: [Float], margins: [Float], sampleCount: Int
    ) {
        let total = counts.reduce(0) { $0 + Int(max($1, 0)) }
        guard counts.count == samples.count, counts.allSatisfy({ $0 >= -1 }), indices.count == total,
            scores.count == total, margins.count == total,
            indices.allSatisfy({ (0..<Int32(clamping: sampleCount)).contains($0) })
        else { return nil }
        self.samples = samples
        self.counts = counts
        self.indices = indices
        self.scores = scores
        self.margins = margins
    }

    /// What `selection` has found of `samples`.
    init(_ selection: CandidateSelection, samples: Range<Int>) {
        var counts: [Int32] = []
        var indices: [Int32] = []
        var scores: [Float] = []
        var margins: [Float] = []
        let postponed = Set(selection.postponed)
        for i in samples {
            guard !postponed.contains(i) else {
                counts.append(-1)
                continue
            }
            let found = selection.candidates(of: i)
            counts.append(Int32(clamping: found.count))
            for candidate in found {
                indices.append(candidate.index)
                scores.append(candidate.score)
                margins.append(selection.margin(i, Int(candidate.index)))
            }
        }
        self.samples = samples
        self.counts = counts
        self.indices = indices
        self.scores = scores
        self.margins = margins
    }
}

/// The tables of one run of rows among all samples of the layer, brought together.
struct MergedCandidates {
    /// Rows of which some table keeps no candidates, or all tables together too few, ascending.
    private(set) var postponed: [Int] = []
    /// The candidates of the i-th row in `indices[starts[i] ..< starts[i + 1]]`, ascending; none for rows that were put off.
    private(set) var starts = [0]
    private(set) var indices: [Int32] = []

    /// - Parameter count: how many of the most similar samples have to be among the candidates: whatever cannot reach the `count`-th
    ///   largest lower bound of all tables together is dropped.
    /// - Parameter k: how many of them are needed. No search leaves fewer, but tables come from files.
    init(_ tables: [CandidateTable], samples: Range<Int>, count: Int, k: Int) {
        var places = tables.map { _ in 0 }
        var lower: [Float] = []
        var row: [Int32] = []
        for position in 0..<samples.count {
            let runs = tables.indices.map { table in
                let first = places[table]
                places[table] += Int(max(tables[table].counts[position], 0))
                return first..<places[table]
            }
            defer { starts.append(indices.count) }
            guard tables.allSatisfy({ $0.counts[position] >= 0 }) else {
                postponed.append(samples.lowerBound + position)
                continue
            }
            lower.removeAll(keepingCapacity: true)
            for (table, run) in zip(tables, runs) { for c in run { lower.append(table.scores[c] - table.margins[c]) } }
            let floor =
                lower.count > count ? ck_ranked(&lower, lower.count, count - 1) : -Float.greatestFiniteMagnitude
            row.removeAll(keepingCapacity: true)
            for (table, run) in zip(tables, runs) {
                for c in run where table.scores[c] + table.margins[c] >= floor { row.append(table.indices[c]) }
            }
            guard row.count >= k else {
                postponed.append(samples.lowerBound + position)
                continue
            }
            row.sort()
            indices += row
        }
    }
}
