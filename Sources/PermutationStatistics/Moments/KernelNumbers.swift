/// What a layer's kernel K brings to the moments of scores tr(K_c P L_c Pᵀ)/(‖K_c‖‖L_c‖) of random permutation matrices P: `cka` and
/// `cka_rbf` with centred kernels, `unbiased_cka` and `distance_correlation` with U-centred ones, whose diagonals are zero.
///
/// The mean is tr K_c tr L_c/((n-1)‖K_c‖‖L_c‖). Taking tr K_c/(n-1) times the centring matrix from K_c takes that mean from the score,
/// so that moments are those of K̂, whose rows and whose diagonal sum to zero. What is left of the sums over coinciding indices
/// (`ArcPatterns`) is ‖K̂‖² and Σ K̂_ii² for the variance, and for the third moment tr K̂³, Σ K̂_ij³, Σ K̂_ii K̂_ij K̂_jj, Σ K̂_ii K̂_ij² and
/// Σ K̂_ii³, as in the moments of the RV coefficient (Kazi-Aoual et al. 1995). Of U-centred kernels the variance is 2/(n(n-3)).
package struct KernelNumbers: Codable, Hashable, Sendable {
    /// Of more samples there is no skewness: it takes n³/6 multiplications, more than half a second a layer beyond this.
    package static let mostSamples = 4096

    package let sampleCount: Int
    /// tr K_c/‖K_c‖; 0 of U-centred kernels.
    package let traceShare: Double
    /// Of K̂/‖K_c‖; nil where K_c is zero or not finite.
    let form: QuadraticForm?

    /// Whether they can be those of a layer of so many samples.
    func fits(sampleCount: Int) -> Bool {
        self.sampleCount == sampleCount
            && form?.fits(sampleCount: sampleCount, ArcPatterns.loopedPairs, ArcPatterns.loopedTriples) ?? true
    }

    /// The moments of the score of two layers' kernels, both centred or both U-centred.
    package func moments(with other: KernelNumbers) -> NullMoments {
        guard let form, let otherForm = other.form else { return .undefined }
        return form.moments(otherForm, mean: traceShare * other.traceShare / Double(sampleCount - 1))
    }

    /// Those of a kernel that has none of its own.
    private init(undefined sampleCount: Int) {
        self.init(sampleCount: sampleCount, traceShare: 0, form: nil)
    }

    private init(sampleCount: Int, traceShare: Double, form: QuadraticForm?) {
        (self.sampleCount, self.traceShare, self.form) = (sampleCount, traceShare, form)
    }

    /// Those of a doubly centred kernel, whose rows sum to zero.
    package static func centred(_ kernel: CentredKernel) -> KernelNumbers {
        KernelNumbers(
            diagonal: kernel.matrix.diagonal, sums: kernel.sums, trace: kernel.trace, squares: kernel.squares,
            cubeTrace: kernel.hasCubeTrace ? { kernel.cubeTrace } : nil)
    }

    /// Those of a kernel once U-centred (Székely & Rizzo 2014), which takes from every entry what the sums g_i = Σ_{j≠i} K_ij account for:
    /// K_ij - g_i/(n-2) - g_j/(n-2) + Σg/((n-1)(n-2)). The diagonal is not looked at, and entries may be U-centred already.
    ///
    /// - Parameter kernel: the same kernel where it is doubly centred, whose product of matrices then serves both.
    package static func uCentred(
        _ pairs: PackedPairs, of kernel: CentredKernel? = nil, mostSamples: Int = mostSamples
    ) -> KernelNumbers {
        let n = Double(pairs.sampleCount)
        guard pairs.sampleCount > 3 else { return KernelNumbers(undefined: pairs.sampleCount) }
        var matrix = ShiftedPairs(pairs)
        let sums = matrix.rowSums
        let before = PairSums(matrix, weights: matrix.diagonal).squares
        let total = CompensatedSum.of(sums)
        matrix.shifts = sums.map { total / (2 * (n - 1) * (n - 2)) - $0 / (n - 2) }
        let whole = PairSums(matrix, weights: matrix.diagonal)
        guard whole.squares > leastShare * before else { return KernelNumbers(undefined: pairs.sampleCount) }
        return KernelNumbers(
            diagonal: matrix.diagonal, sums: whole, trace: 0, squares: 2 * whole.squares,
            cubeTrace: pairs.sampleCount <= mostSamples
                ? { kernel?.uCentredCubeTrace(whole.rowSquares) ?? CubeTrace.of(matrix) } : nil)
    }

    /// What rounding leaves of kernels whose entries are all the same is less than this share of their squares.
    static let leastShare = 1e-24

    /// - Parameters:
    ///   - diagonal: K̂_ii (n), zero of U-centred kernels.
    ///   - sums: of K̂, weighted by its diagonal; nil where they are not known beyond `centredSquares`.
    ///   - trace: tr K_c.
    ///   - squares: ‖K_c‖².
    ///   - cubeTrace: finds tr K̂³; nil where that is too much work.
    init(
        diagonal: [Double], sums: PairSums, trace: Double, squares: Double, cubeTrace: (() -> Double)?
    ) {
        self.init(
            diagonal: diagonal, trace: trace, squares: squares,
            centredSquares: 2 * sums.squares + CompensatedSum.of(diagonal.lazy.map { $0 * $0 }),
            third: cubeTrace.map { find in (sums, find) })
    }

    /// - Parameter centredSquares: ‖K̂‖².
    init(
        diagonal: [Double], trace: Double, squares: Double, centredSquares: Double,
        third: (sums: PairSums, cubeTrace: () -> Double)?
    ) {
        let n = diagonal.count
        guard squares > 0, squares.isFinite else {
            self.init(undefined: n)
            return
        }
        let norm = squares.squareRoot()
        // A multiple of the centring matrix leaves nothing but rounding: its scores are all the same.
        let kept: Double = centredSquares > Self.leastShare * squares ? 1 : 0
        let diagonalSquares = kept * CompensatedSum.of(diagonal.lazy.map { $0 * $0 })
        let vector = third.map { sums, cubeTrace in
            let cubes = CompensatedSum.of(diagonal.lazy.map { $0 * $0 * $0 })
            let joined = zip(diagonal, sums.rowSquares).lazy.map { $0 * ($0 * $0 + $1) }
            // In units of ‖K_c‖, one division after another: its third power may be no number.
            func share(_ sum: Double) -> Double { sum / squares / norm }
            return ArcPatterns.loopedTriples.vector(
                [
                    "ij jk ki": share(cubeTrace()), "ij ij ij": share(cubes + 2 * sums.cubes),
                    "ii ij jj": share(cubes + 2 * sums.weighted),
                    "ii ij ij": share(CompensatedSum.of(joined)), "ii ii ii": share(cubes),
                ], sampleCount: n)
        }
        self.init(
            sampleCount: n, traceShare: trace / norm,
            form: QuadraticForm(
                sampleCount: n,
                second: ArcPatterns.loopedPairs.vector(
                    ["ij ij": kept * centredSquares / squares, "ii ii": diagonalSquares / squares], sampleCount: n),
                third: vector))
    }
}

/// The multiple a of the centring matrix, a = tr K_c/(n - 1), that K̂ has less than K_c.
struct Removed {
    let share: Double
    /// What every entry off the diagonal gets, and what every one on it loses.
    let offDiagonal, onDiagonal: Double

    init(trace: Double, sampleCount: Int) {
        let n = Double(sampleCount)
        share = trace / (n - 1)
        offDiagonal = share / n
        onDiagonal = share * (1 - 1 / n)
    }
}
