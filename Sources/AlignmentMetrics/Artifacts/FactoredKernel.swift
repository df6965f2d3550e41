package import LinearAlgebra

/// The rows of a factor X (n x `width`) of a kernel K = XXᵀ, wherever they are kept.
package protocol KernelFactor {
    /// d.
    var width: Int { get }
    /// Rows `range`, row-major: where they lie, or copied to `scratch` (`range.count` x `width`).
    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>?
}

/// The centred linear kernel of a layer by its factor: the artifact behind cka and unbiased_cka where n² entries would be more.
package struct FactoredKernel: KernelFactor {
    package let sampleCount: Int
    /// s·X_c (n x d).
    package let factor: Matrix<Float>
    /// K_ii = s²‖x_c,i‖² (n), computed in float64.
    package let diagonal: [Double]
    /// Σ_{i<j} K_ij².
    package let packedSquareSum: Double
    /// s².
    package let scale: Double
    /// What float32 does to its sums.
    let error: Float32Error

    package var width: Int { factor.columns }

    /// The kernel of `centred`, whose memory it shares.
    package init(_ centred: CentredFeatures) throws {
        sampleCount = centred.squaredNorms.count
        factor = centred.matrix
        diagonal = centred.squaredNorms
        scale = centred.productScale
        (packedSquareSum, error) = try Self.packedSquareSum(of: InMemory(factor), diagonal: diagonal)
    }

    /// Σ_{i<j} K_ij² of a kernel with `diagonal` (n), from its factor, and what float32 does to such sums.
    static func packedSquareSum(
        of factor: any KernelFactor, diagonal: [Double]
    ) throws -> (sum: Double, error: Float32Error) {
        var fourths = 0.0
        let whole = try FactorProducts(sampleCount: diagonal.count).squaredNorm(factor, factor) { product in
            for value in product { fourths += value * value * (value * value) }
        }
        let error = Float32Error(ofFactorProduct: whole, fourths: fourths, rows: diagonal.count)
        return ((whole - FixedOrderSums.squares(diagonal)) / 2, error)
    }

    package func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? {
        InMemory(factor).rows(range, scratch: scratch)
    }

    /// The bytes that comparing two layers of up to `width` features takes.
    package static func comparisonBytes(sampleCount: Int, width: Int) -> Int {
        FactorProducts.bytes(sampleCount: sampleCount, width: width)
    }
}

/// A factor in memory.
struct InMemory: KernelFactor {
    private let matrix: Matrix<Float>

    init(_ matrix: Matrix<Float>) { self.matrix = matrix }

    /// Reads all rows of `factor`.
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

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? {
        matrix.elements.baseAddress.map { UnsafePointer($0 + range.lowerBound * matrix.columns) }
    }
}
