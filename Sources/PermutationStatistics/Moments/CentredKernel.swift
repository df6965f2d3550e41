/// A doubly centred kernel K_c by its entries, less the multiple of the centring matrix that takes its trace: K̂, and what the moments of
/// both its alignments need of it. The product of matrices in tr K̂³ is made once.
package final class CentredKernel {
    /// K̂.
    let matrix: ShiftedPairs
    /// tr K_c, and ‖K_c‖².
    let trace, squares: Double
    private let mostSamples: Int
    /// Sums over K̂, weighted by its diagonal.
    private(set) lazy var sums = PairSums(matrix, weights: matrix.diagonal)
    /// tr K̂³.
    private(set) lazy var cubeTrace = CubeTrace.of(matrix)

    /// Whether products of all its entries are not too much work.
    var hasCubeTrace: Bool { matrix.sampleCount <= mostSamples }

    /// - Parameters:
    ///   - pairs: K_ij, or if they `areUCentred` what U-centring makes of them.
    ///   - diagonal: K_ii (n), of the centred kernel in both cases.
    package init(
        _ pairs: PackedPairs, diagonal: [Double], areUCentred: Bool = false,
        mostSamples: Int = KernelNumbers.mostSamples
    ) {
        precondition(diagonal.count == pairs.sampleCount, "a kernel has as many diagonal entries as samples")
        self.mostSamples = mostSamples
        trace = CompensatedSum.of(diagonal)
        let n = Double(pairs.sampleCount)
        var matrix = ShiftedPairs(pairs, diagonal: diagonal)
        if areUCentred {
            let shift = trace / (2 * (n - 1) * (n - 2))
            matrix.shifts = diagonal.map { shift - $0 / (n - 2) }
        }
        let whole = PairSums(matrix, weights: diagonal)
        squares = 2 * whole.squares + CompensatedSum.of(diagonal.lazy.map { $0 * $0 })
        let removed = Removed(trace: trace, sampleCount: pairs.sampleCount)
        matrix.shifts = matrix.shifts.map { $0 + removed.offDiagonal / 2 }
        matrix.diagonal = diagonal.map { $0 - removed.onDiagonal }
        self.matrix = matrix
    }

    /// tr Ũ³ of the same kernel once U-centred, from tr K̂³.
    ///
    /// With b the diagonal of K̂, whose rows and whose diagonal sum to zero, Ũ = K̂ + (b 1ᵀ + 1 bᵀ)/(n-2) - D and D_ii = b_i n/(n-2). Of the
    /// products of these only tr K̂³ + 3n/(n-2)² bᵀK̂b - 3 Σ_i D_ii Σ_{j≠i} Ũ_ij² - Σ_i D_ii³ do not vanish.
    ///
    /// - Parameter rowSquares: Σ_{j≠i} Ũ_ij² of every i (n).
    func uCentredCubeTrace(_ rowSquares: [Double]) -> Double {
        let (n, diagonal) = (Double(matrix.sampleCount), matrix.diagonal)
        let factor = n / (n - 2)
        let cubes = CompensatedSum.of(diagonal.lazy.map { $0 * $0 * $0 })
        let joined = CompensatedSum.of(zip(diagonal, rowSquares).lazy.map { $0 * $1 })
        return cubeTrace + 3 * n / ((n - 2) * (n - 2)) * (cubes + 2 * sums.weighted) - 3 * factor * joined
            - factor * factor * factor * cubes
    }
}
