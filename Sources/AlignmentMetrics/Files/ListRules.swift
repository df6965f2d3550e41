internal import PermutationStatistics

/// What every honest list of neighbours keeps: k other samples, none twice and none of the same group, the most similar first and ties by
/// index.
struct ListRules {
    /// The samples whose lists they are, of queries once for each gallery.
    let samples: [Int]
    let shape: ArtifactShape

    /// The lists of some rows of a layer.
    init(rows: Range<Int>, shape: ArtifactShape) {
        samples = Array(rows)
        self.shape = shape
    }

    /// The lists of a whole layer of `shape`, or of its queries.
    init(of shape: ArtifactShape) {
        samples =
            shape.queries.map { queries in queries.galleries.flatMap { _ in queries.samples } }
            ?? Array(0..<shape.sampleCount)
        self.shape = shape
    }

    /// Whether `indices` and `similarities` (samples x k) keep the rules.
    func hold(_ indices: [Int32], _ similarities: [Double]) -> Bool {
        let (n, k) = (shape.sampleCount, shape.listLength)
        guard indices.count == samples.count * k, similarities.count == indices.count,
            shape.groups?.count ?? n == n
        else { return false }
        // The row that has listed each sample last.
        var listedBy = [Int](repeating: -1, count: n)
        for (row, i) in samples.enumerated() {
            for entry in (row * k)..<((row + 1) * k) {
                let j = Int(indices[entry])
                guard j >= 0, j < n, j != i, listedBy[j] != row, !similarities[entry].isNaN,
                    shape.queries?.holds(j, gallery: row / shape.listedSamples) ?? true
                else { return false }
                listedBy[j] = row
                if let groups = shape.groups, groups[i] == groups[j] { return false }
                guard entry > row * k else { continue }
                let (before, after) = (similarities[entry - 1], similarities[entry])
                guard before > after || before == after && indices[entry - 1] < indices[entry] else { return false }
            }
        }
        return true
    }
}

/// The same of candidates: each row's are other samples of a run, none twice, with bounds that are none below 0.
struct CandidateRules {
    /// The samples among which they were looked for.
    let columns: Range<Int>
    let shape: ArtifactShape

    func hold(_ table: CandidateTable) -> Bool {
        guard shape.groups?.count ?? shape.sampleCount == shape.sampleCount,
            table.scores.allSatisfy({ !$0.isNaN }), table.margins.allSatisfy({ $0 >= 0 })
        else { return false }
        var listedBy = [Int](repeating: -1, count: columns.count)
        var entry = 0
        for (row, i) in table.samples.enumerated() {
            for _ in 0..<max(table.counts[row], 0) {
                let j = Int(table.indices[entry])
                guard columns.contains(j), j != i, listedBy[j - columns.lowerBound] != row else { return false }
                if let groups = shape.groups, groups[i] == groups[j] { return false }
                listedBy[j - columns.lowerBound] = row
                entry += 1
            }
        }
        return true
    }
}
