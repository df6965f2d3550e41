internal import LinearAlgebra
internal import PermutationStatistics

/// Rows whose candidates are found by themselves, from a product of those rows with all samples: they may be as many as there are samples.
final class PostponedPanel {
    typealias Candidate = CandidateSelection.Candidate

    /// The samples among which candidates are looked for.
    struct Gallery {
        /// Their similarities' bounds: floors are those of the gallery's own rows.
        let bounds: SimilarityBounds
        /// How many of the most similar samples have to be among the candidates.
        let count: Int
        /// Which of the samples there are, by the position of a gallery of queries; nil for all.
        var members: (queries: QuerySamples, position: Int)?

        /// What to add to products with `columns` so that those of others count for nothing; nil where all are members.
        fileprivate func additions(_ columns: Range<Int>) -> [Float]? {
            members.map { members in
                columns.map { members.queries.holds($0, gallery: members.position) ? 0 : -.infinity }
            }
        }
    }

    private let panel: Matrix<Float>
    private let parts: [Part]
    private let values: Matrix<Float>
    private let mask: GroupMask?
    private let threads: ThreadTeam

    /// The candidates of one thread's rows.
    private final class Part {
        let rows: Range<Int>
        let samples: [Int]
        private let galleries: [Gallery]
        private let lists: [CandidateLists]
        /// How many candidates saturated rows may still be given beyond the usual.
        private var spare: Int
        /// Positions of rows that have had more.
        private(set) var postponed: [Int] = []
        private let hits = Matrix<Int32>(unwrittenRows: 1, columns: CentredProduct.edge)
        private let scratch = Matrix<Float>(unwrittenRows: 1, columns: CentredProduct.edge)

        init(_ rows: Range<Int>, samples: [Int], galleries: [Gallery], spare: Int) {
            self.rows = rows
            self.samples = samples
            self.galleries = galleries
            self.spare = spare
            lists = galleries.map { gallery in
                for i in samples { gallery.bounds.reset(i) }
                return CandidateLists(samples, count: gallery.count, bounds: gallery.bounds)
            }
        }

        /// Takes in products of the rows with `columns`, one row after the other.
        func take(_ product: UnsafeMutablePointer<Float>, columns: Range<Int>) {
            for (position, i) in samples.enumerated() where columns.contains(i) {
                product[position * columns.count + i - columns.lowerBound] = -.infinity
            }
            for (gallery, members) in galleries.enumerated() {
                let additions = members.additions(columns)
                for position in samples.indices {
                    let values = product + position * columns.count
                    guard let additions, let masked = scratch.elements.baseAddress else {
                        take(values, columns, gallery, position)
                        continue
                    }
                    for column in additions.indices { masked[column] = values[column] + additions[column] }
                    take(masked, columns, gallery, position)
                }
            }
        }

        private func take(_ values: UnsafePointer<Float>, _ columns: Range<Int>, _ gallery: Int, _ position: Int) {
            guard let hits = hits.elements.baseAddress else { return }
            lists[gallery].raiseFloor(position, values, columns: columns)
            for hit in lists[gallery].scan(position, values, columns: columns, hits: hits) {
                let j = columns.lowerBound + Int(hit)
                guard lists[gallery].offer(j, value: values[Int(hit)], to: position),
                    !lists[gallery].grow(position, spare: &spare)
                else { continue }
                // It is found later in all galleries.
                for other in lists { other.remove(position) }
                postponed.append(rows.lowerBound + position)
            }
        }

        /// For each gallery the candidates of each row.
        func finish() -> [[[Candidate]]] {
            lists.indices.map { gallery in
                lists[gallery].finish()
                return samples.indices.map { lists[gallery][$0] }
            }
        }
    }

    /// - Parameters:
    ///   - samples: whose candidates are found; row i of `panel` (samples x d) is the centred row of sample `samples[i]`.
    ///   - spare: how many candidates saturated rows may have beyond the usual; rows that need more are put off.
    init(
        _ samples: [Int], panel: Matrix<Float>, galleries: [Gallery], mask: GroupMask?, threads: ThreadTeam,
        spare: Int = .max
    ) {
        self.panel = panel
        self.mask = mask
        self.threads = threads
        // Each part is one thread's at a time.
        let number = min(threads.count, max(1, samples.count))
        let length = max(1, (samples.count + number - 1) / number)
        let starts = Array(stride(from: 0, to: samples.count, by: length))
        parts = starts.map { first in
            let rows = first..<min(first + length, samples.count)
            return Part(rows, samples: Array(samples[rows]), galleries: galleries, spare: spare / starts.count)
        }
        values = Matrix(unwrittenRows: samples.count, columns: CentredProduct.edge)
    }

    /// The same of candidates among all samples.
    convenience init(
        _ samples: [Int], panel: Matrix<Float>, count: Int, bounds: SimilarityBounds, mask: GroupMask?,
        threads: ThreadTeam
    ) {
        self.init(
            samples, panel: panel, galleries: [Gallery(bounds: bounds, count: count)], mask: mask, threads: threads)
    }

    /// Takes in a run of the samples that may be candidates; each of them has to come once.
    func take(_ others: CentredRows) {
        let (edge, d) = (CentredProduct.edge, panel.columns)
        threads.forEach(parts.count) { _, index in
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

    /// For each gallery the candidates of each of the samples; none of rows that were put off.
    func finish() -> [[[Candidate]]] {
        let found = parts.map { $0.finish() }
        return (found.first ?? []).indices.map { gallery in found.flatMap { $0[gallery] } }
    }

    /// Positions of the rows that were put off, ascending.
    var postponed: [Int] { parts.flatMap(\.postponed).sorted() }
}
