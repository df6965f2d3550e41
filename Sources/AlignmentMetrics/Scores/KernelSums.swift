internal import LinearAlgebra

/// Σ_ij K_ij L_ij for every pair of layers of two panels, of which one may be the other.
struct KernelSums {
    enum Sum {
        /// Without i = j.
        case offDiagonal(Double)
        case whole(Double)
        /// Without i = j, one of the kernels U-centred.
        case uCentred(Double)
    }

    private let width: Int
    /// Σ_{i<j} K_ij L_ij, `rows.width` x `columns.width`; empty where all layers have factors.
    private let packed: [Double]
    /// ‖XᵀY‖²_F, likewise; NaN where a layer has no factor.
    private let ofFactors: [Double]
    /// Those of pairs with a kernel in float64.
    private let wide: WideProducts
    private let isUCentred: [[Bool]]

    init(_ rows: KernelPanel, _ columns: KernelPanel, sampleCount: Int) throws {
        width = columns.width
        packed = rows.isKeptByEntries || columns.isKeptByEntries ? try Self.packedProducts(rows, columns) : []
        ofFactors = try Self.factorProducts(rows, columns, sampleCount: sampleCount)
        wide = try WideProducts(rows, columns, sampleCount: sampleCount)
        isUCentred = [rows, columns].map { $0.sources.map { $0?.entries == .uCentred } }
    }

    /// The sum of row layer `r` and column layer `c`, which are there.
    subscript(r: Int, c: Int) -> Sum {
        if let sum = wide[r, c] {
            return isUCentred[0][r] || isUCentred[1][c] ? .uCentred(2 * sum) : .offDiagonal(2 * sum)
        }
        let whole = ofFactors[r * width + c]
        return whole.isNaN ? .offDiagonal(2 * packed[r * width + c]) : .whole(whole)
    }

    /// Exchanging the two sides changes the last bits: in a panel with itself one is the other.
    private static func factorProducts(
        _ rows: KernelPanel, _ columns: KernelPanel, sampleCount: Int
    ) throws -> [Double] {
        let products = FactorProducts(sampleCount: sampleCount)
        var sums = [Double](repeating: .nan, count: rows.width * columns.width)
        for (r, x) in rows.factors.enumerated() {
            guard let x else { continue }
            for (c, y) in columns.factors.enumerated() {
                guard let y else { continue }
                sums[r * columns.width + c] =
                    rows === columns && c < r ? sums[c * columns.width + r] : try products.squaredNorm(x, y)
            }
        }
        return sums
    }

    /// Σ_{i<j} K_ij L_ij for every pair of layers of the panels, `rows.width` x `columns.width`: chunks in float32, added in float64 in
    /// order. Exchanging the two sides of a sum changes no bit of it, so half of them do where both panels are the same.
    private static func packedProducts(_ rows: KernelPanel, _ columns: KernelPanel) throws -> [Double] {
        let isSymmetric = rows === columns
        var sums = [Double](repeating: 0, count: rows.width * columns.width)
        let partial = Matrix<Float>(rows: rows.width, columns: columns.width, repeating: 0)
        defer { partial.keepAlive() }
        for chunk in 0..<rows.chunkCount {
            guard let a = try rows.chunk(chunk), let result = partial.elements.baseAddress else { break }
            guard let b = isSymmetric ? a : try columns.chunk(chunk) else { break }
            partial.elements.update(repeating: 0)
            InterleavedProducts.add(
                a, b, entries: rows.entryCount(ofChunk: chunk), upperOnly: isSymmetric, to: result,
                stride: columns.width)
            for i in sums.indices { sums[i] += Double(result[i]) }
        }
        guard isSymmetric else { return sums }
        for r in 0..<rows.width { for c in 0..<r { sums[r * rows.width + c] = sums[c * rows.width + r] } }
        return sums
    }
}
