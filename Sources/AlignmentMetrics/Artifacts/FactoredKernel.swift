package import LinearAlgebra

/// The rows of a factor X (n x `width`) of a kernel K = XXᵀ, wherever they are kept.
package protocol KernelFactor {
    /// d.
    var width: Int { get }
    /// Whether it is in float64.
    var isWide: Bool { get }
    /// Rows `range` of a factor in float32, row-major: where they lie, or copied to `scratch` (`range.count` x `width`).
    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>?
    /// Rows `range`, likewise, in float64.
    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Double>) throws -> UnsafePointer<Double>?
}

extension KernelFactor {
    package var isWide: Bool { false }

    package func rows(
        _ range: Range<Int>, scratch: UnsafeMutablePointer<Double>
    ) throws -> UnsafePointer<Double>? {
        try widenedRows(range, scratch: scratch)
    }

    /// Rows `range` of a factor in float32, in float64.
    package func widenedRows(
        _ range: Range<Int>, scratch: UnsafeMutablePointer<Double>
    ) throws -> UnsafePointer<Double>? {
        let narrow = UnsafeMutablePointer<Float>.allocate(capacity: range.count * width)
        defer { narrow.deallocate() }
        guard let found = try rows(range, scratch: narrow) else { return nil }
        for position in 0..<range.count * width { scratch[position] = Double(found[position]) }
        return UnsafePointer(scratch)
    }
}

/// The centred linear kernel of a layer by its factor: the artifact behind cka and unbiased_cka where n² entries would be more.
package struct FactoredKernel: KernelFactor {
    package let sampleCount: Int
    package let width: Int
    /// s·X_c (n x d); without rows where it is in float64.
    package let factor: Matrix<Float>
    /// The same in float64, where float32 would not be good enough (`Float32Error`).
    package let wideFactor: Matrix<Double>?
    /// K_ii = s²‖x_c,i‖² (n), computed in float64.
    package let diagonal: [Double]
    /// Σ_{i<j} K_ij².
    package let packedSquareSum: Double
    /// s².
    package let scale: Double
    /// What float32 does to its sums; nil of a factor in float64.
    let error: Float32Error?

    package var entries: KernelEntries { isWide ? .float64 : .float32 }
    package var isWide: Bool { wideFactor != nil }

    /// The kernel of `centred`, whose memory it shares.
    package init(_ centred: CentredFeatures) throws {
        sampleCount = centred.squaredNorms.count
        width = centred.matrix.columns
        factor = centred.matrix
        wideFactor = nil
        diagonal = centred.squaredNorms
        scale = centred.productScale
        (packedSquareSum, error) = try Self.packedSquareSum(of: InMemory(factor), diagonal: diagonal)
    }

    /// The kernel of `layer` in float64, whose rows `centred` has in float32.
    init(wide layer: PreparedLayer, _ centred: CentredFeatures) throws {
        let rows = layer.centredRows()
        for position in rows.elements.indices { rows.elements[position] *= centred.scale }
        sampleCount = rows.rows
        width = rows.columns
        factor = Matrix(rows: 0, columns: rows.columns, repeating: 0)
        wideFactor = rows
        diagonal = centred.squaredNorms
        scale = centred.productScale
        let whole = try FactorProducts(sampleCount: rows.rows).squaredNorm(InMemory(wide: rows), InMemory(wide: rows))
        packedSquareSum = (whole - FixedOrderSums.squares(diagonal)) / 2
        error = nil
    }

    /// Σ_{i<j} K_ij² of a kernel with `diagonal` (n), from its factor, and what float32 does to such sums.
    static func packedSquareSum(
        of factor: any KernelFactor, diagonal: [Double]
    ) throws -> (sum: Double, error: Float32Error) {
        var fourths = 0.0
        let whole = try FactorProducts(sampleCount: diagonal.count).squaredNorm(factor, factor) { product in
            for value in product { fourths += value * value * (value * value) }
        }
        let error = Float32Error(ofFactorProduct: whole, fourths: fourths, diagonal: diagonal)
        return ((whole - FixedOrderSums.squares(diagonal)) / 2, error)
    }

    package func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? {
        isWide ? nil : InMemory(factor).rows(range, scratch: scratch)
    }

    package func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Double>) throws -> UnsafePointer<Double>? {
        try (wideFactor.map { InMemory(wide: $0) } ?? InMemory(factor)).rows(range, scratch: scratch)
    }

    /// The bytes that comparing two layers of up to `width` features takes.
    package static func comparisonBytes(sampleCount: Int, width: Int) -> Int {
        FactorProducts.bytes(sampleCount: sampleCount, width: width)
    }
}

/// A factor in memory.
struct InMemory: KernelFactor {
    private let matrix: Matrix<Float>
    private let wide: Matrix<Double>?

    init(_ matrix: Matrix<Float>) {
        self.matrix = matrix
        wide = nil
    }

    init(wide: Matrix<Double>) {
        matrix = Matrix(rows: 0, columns: wide.columns, repeating: 0)
        self.wide = wide
    }

    /// Reads all rows of `factor`, which is in float32.
    init(reading factor: any KernelFactor, sampleCount: Int) throws {
        let matrix = Matrix<Float>(unwrittenRows: sampleCount, columns: factor.width)
        if let start = matrix.elements.baseAddress, let found = try factor.rows(0..<sampleCount, scratch: start),
            found != UnsafePointer(start)
        {
            start.update(from: found, count: matrix.elements.count)
        }
        self.init(matrix)
    }

    var width: Int { matrix.columns }
    var isWide: Bool { wide != nil }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? {
        isWide ? nil : matrix.elements.baseAddress.map { UnsafePointer($0 + range.lowerBound * matrix.columns) }
    }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Double>) throws -> UnsafePointer<Double>? {
        guard let wide else { return try widenedRows(range, scratch: scratch) }
        return wide.elements.baseAddress.map { UnsafePointer($0 + range.lowerBound * wide.columns) }
    }
}
