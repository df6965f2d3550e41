internal import LinearAlgebra

/// Rows whose candidates are found by themselves, from a product of those rows with all samples: they may be as many as there are samples.
final class PostponedPanel {
    private let panel: Matrix<Float>
    private let parts: [Part]
    private let values: Matrix<Float>
    private let mask: GroupMask?

    /// The candidates of one thread's rows.
    private final class Part {
        let rows: Range<Int>
        private var lists: CandidateLists
        private let hits = Matrix<Int32>(unwrittenRows: 1, columns: CentredProduct.edge)

        init(_ rows: Range<Int>, samples: [Int], count: Int, bounds: SimilarityBounds) {
            self.rows = rows
            for i in samples { bounds.reset(i) }
            lists = CandidateLists(samples, count: count, bounds: bounds)
        }

        var samples: [Int] { lists.rows }

        /// Takes in products of the rows with `columns`, one row after the other.
        func take(_ product: UnsafeMutablePointer<Float>, columns: Range<Int>) {
            guard let hits = hits.elements.baseAddress else { return }
            for (position, i) in samples.enumerated() {
                let values = product + position * columns.count
                if columns.contains(i) { values[i - columns.lowerBound] = -.infinity }
                lists.raiseFloor(position, values, columns: columns)
                for hit in lists.scan(position, values, columns: columns, hits: hits) {
                    let j = columns.lowerBound + Int(hit)
                    if lists.offer(j, value: values[Int(hit)], to: position) {
                        lists.extend(position, by: lists.extension(of: position))
                    }
                }
            }
        }

        func finish() -> [[CandidateSelection.Candidate]] {
            lists.finish()
            return samples.indices.map { lists[$0] }
        }
    }

    /// - Parameters:
    ///   - samples: whose candidates are found; row i of `panel` (samples x d) is the centred row of sample `samples[i]`.
    ///   - count: how many of the most similar samples have to be among the candidates.
    init(
        _ samples: [Int], panel: Matrix<Float>, count: Int, bounds: SimilarityBounds, mask: GroupMask?, threads: Int
    ) {
        self.panel = panel
        self.mask = mask
        let length = max(1, (samples.count + threads - 1) / max(1, threads))
        parts = stride(from: 0, to: samples.count, by: length).map { first in
            let rows = first..<min(first + length, samples.count)
            return Part(rows, samples: Array(samples[rows]), count: count, bounds: bounds)
        }
        values = Matrix(unwrittenRows: samples.count, columns: CentredProduct.edge)
    }

    /// Takes in a run of the samples that may be candidates; each of them has to come once.
    func take(_ others: CentredRows) {
        let (edge, d) = (CentredProduct.edge, panel.columns)
        ThreadTeam.forEach(parts.count, threads: parts.count) { _, index in
            let part = parts[index]
            guard let a = panel.row(part.rows.lowerBound).baseAddress, let b = others.matrix.elements.baseAddress,
                let product = values.row(part.rows.lowerBound).baseAddress
            else { return }
            for first in stride(from: 0, to: others.samples.count, by: edge) {
                let columns = first..<min(first + edge, others.samples.count)
                Products.transposed(
                    a, b + first * d, rows: part.rows.count, columns: columns.count, depth: d, into: product,
                    stride: columns.count)
                let samples = others.samples.lowerBound + first..<others.samples.lowerBound + columns.upperBound
                mask?.apply(to: product, rows: part.samples, columns: samples)
                part.take(product, columns: samples)
            }
        }
    }

    /// The candidates of each of the samples.
    func finish() -> [[CandidateSelection.Candidate]] { parts.flatMap { $0.finish() } }
}
