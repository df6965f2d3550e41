/// What the ranks of a layer's similarities bring to the moments of `rsa`, Spearman's correlation of two such matrices over i < j: of
/// A, the ranks less their mean with unit norm, and the score Σ A_ij B_π(i)π(j) over i ≠ j. Its mean is 0.
package struct RankNumbers: Codable, Hashable, Sendable {
    /// Nil where all ranks are the same.
    let form: QuadraticForm?

    /// Those of average ranks (n(n - 1)/2), in any unit and less any mean.
    package init(_ ranks: PackedPairs, mostSamples: Int = KernelNumbers.mostSamples) {
        let n = ranks.sampleCount
        var matrix = ShiftedPairs(ranks)
        let before = PairSums(matrix, weights: matrix.diagonal).squares
        let pairs = Double(n) * Double(n - 1)
        let mean = CompensatedSum.of(matrix.rowSums) / pairs
        matrix.shifts = [Double](repeating: -mean / 2, count: n)
        let rowSums = matrix.rowSums
        let sums = PairSums(matrix, weights: rowSums)
        let squares = 2 * sums.squares
        guard sums.squares > KernelNumbers.leastShare * before, squares.isFinite else {
            form = nil
            return
        }
        let norm = squares.squareRoot()
        func share(_ sum: Double) -> Double { sum / squares / norm }
        form = QuadraticForm(
            sampleCount: n,
            second: ArcPatterns.symmetricPairs.vector(
                ["ij ij": 1, "ij ik": CompensatedSum.of(rowSums.lazy.map { $0 * $0 }) / squares], sampleCount: n),
            third: n > mostSamples
                ? nil
                : ArcPatterns.symmetricTriples.vector(
                    [
                        "ij ij ij": share(2 * sums.cubes),
                        "ij ij ik": share(CompensatedSum.of(zip(sums.rowSquares, rowSums).lazy.map { $0 * $1 })),
                        "ij jk ki": share(CubeTrace.of(matrix)),
                        "ij ik il": share(CompensatedSum.of(rowSums.lazy.map { $0 * $0 * $0 })),
                        "ij ik jl": share(2 * sums.weighted),
                    ], sampleCount: n))
    }

    /// Whether they can be those of a layer of so many samples.
    func fits(sampleCount: Int) -> Bool {
        form?.fits(sampleCount: sampleCount, ArcPatterns.symmetricPairs, ArcPatterns.symmetricTriples) ?? true
    }

    /// The moments of `rsa` of two layers.
    package func moments(with other: RankNumbers) -> NullMoments {
        guard let form, let otherForm = other.form else { return .undefined }
        return form.moments(otherForm, mean: 0)
    }
}
