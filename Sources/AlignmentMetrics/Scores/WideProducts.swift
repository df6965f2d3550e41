internal import CKernels
internal import LinearAlgebra

/// Σ_{i<j} K_ij L_ij in float64, for pairs of layers of two panels of which one at least is kept in float64, and not both by factors.
///
/// Chunks of entries are added up in an order of their own, and the sums of the chunks in theirs: the bits depend on the number of entries
/// alone, and exchanging both sides changes none.
struct WideProducts {
    private let width: Int
    /// Row-major; nil where neither layer is in float64, or one is not there.
    private let sums: [Double?]

    /// Entries of a chunk: those of a few layers stay in the second level of cache.
    private static let chunkLength = 2048

    init(_ rows: KernelPanel, _ columns: KernelPanel, sampleCount n: Int) throws {
        let (height, width) = (rows.sources.count, columns.sources.count)
        self.width = width
        let isSymmetric = rows === columns
        // For each row the columns to multiply by.
        let partners = (0..<height).map { r in
            (isSymmetric ? r..<width : 0..<width).filter { c in
                rows.sources[r] != nil && columns.sources[c] != nil && (rows.isWide(r) || columns.isWide(c))
                    && (rows.factors[r] == nil || columns.factors[c] == nil)
            }
        }
        guard partners.contains(where: { !$0.isEmpty }) else {
            sums = []
            return
        }
        var found = [Double?](repeating: nil, count: height * width)
        for (r, row) in partners.enumerated() { for c in row { found[r * width + c] = 0 } }
        let count = PackedKernel.packedCount(n)
        let left = Matrix<Double>(unwrittenRows: height, columns: min(count, Self.chunkLength))
        let right = isSymmetric ? left : Matrix<Double>(unwrittenRows: width, columns: left.columns)
        let scratch = Matrix<Float>(unwrittenRows: 1, columns: left.columns)
        defer { withExtendedLifetime((left, right, scratch)) {} }
        let wanted = Set(partners.joined())
        for first in stride(from: 0, to: count, by: Self.chunkLength) {
            let range = first..<min(first + Self.chunkLength, count)
            for r in 0..<height where !partners[r].isEmpty || isSymmetric && wanted.contains(r) {
                try Self.widen(rows, r, range, into: left, scratch)
            }
            if !isSymmetric { for c in wanted { try Self.widen(columns, c, range, into: right, scratch) } }
            for (r, row) in partners.enumerated() {
                for place in stride(from: 0, to: row.count, by: 4) {
                    // The last few are done over to make four.
                    let four = (0..<4).map { row[min(place + $0, row.count - 1)] }
                    let others = four.map { UnsafePointer(right.row($0).baseAddress) }
                    var products = [0.0, 0, 0, 0]
                    others.withUnsafeBufferPointer {
                        ck_dot4(left.row(r).baseAddress, $0.baseAddress, range.count, &products)
                    }
                    for (product, c) in zip(products, four).prefix(row.count - place) {
                        found[r * width + c] = (found[r * width + c] ?? 0) + product
                    }
                }
            }
        }
        if isSymmetric { for r in 0..<width { for c in 0..<r { found[r * width + c] = found[c * width + r] } } }
        sums = found
    }

    /// The sum of row layer `r` and column layer `c`; nil where neither is in float64.
    subscript(r: Int, c: Int) -> Double? { sums.isEmpty ? nil : sums[r * width + c] }

    private static func widen(
        _ panel: KernelPanel, _ layer: Int, _ range: Range<Int>, into matrix: Matrix<Double>, _ scratch: Matrix<Float>
    ) throws {
        guard let row = matrix.row(layer).baseAddress, let room = scratch.elements.baseAddress else { return }
        try panel.widen(layer, range, to: row, scratch: room)
    }
}
