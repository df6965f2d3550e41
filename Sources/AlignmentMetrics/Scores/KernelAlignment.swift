internal import LinearAlgebra
package import SweepModel

/// Alignment of the centred kernels of the layers of two panels, biased and unbiased, from one matrix product.
///
/// Since the rows of K_c sum to zero (Schemas/metrics.md, *Both CKAs*), with off = 2 Σ_{i<j} K_ij L_ij and diagonals p, r:
/// tr(KHLH) = off + p·r (Kornblith et al. 2019) and
/// HSIC_u = [off - 2/(n-2)·p·r + (Σp)(Σr)/((n-1)(n-2))]/(n(n-3)) (Song et al. 2012, eq. 5).
/// Of kernels without a diagonal, such as centred ranks, the biased alignment is the cosine of their entries.
///
/// Where K is kept by its U-centred entries K̃_ij = K_ij + (p_i + p_j)/(n-2) - Σp/((n-1)(n-2)), whose rows sum to zero without the diagonal,
/// HSIC_u = off/(n(n-3)) with off = 2 Σ_{i<j} K̃_ij L_ij, whether L is U-centred or not (Székely & Rizzo 2014), and
/// tr(KHLH) = off + n/(n-2)·p·r - (Σp)(Σr)/((n-1)(n-2)): rows that are far larger than the others do not cancel in either.
package struct KernelAlignment {
    /// Biased CKA, rows x columns, row-major; NaN where a layer has no kernel or no variance.
    package let cka: [Double]
    /// Unbiased CKA, likewise; NaN where an unbiased self term is zero up to rounding, as where all rows are equally similar.
    package let unbiasedCKA: [Double]

    /// What the variant `reference` adds to denominators.
    static let referenceOffset = 1e-6

    /// Scores every layer of `rows` against every layer of `columns`.
    package init(
        rows: KernelPanel, columns: KernelPanel, sampleCount n: Int, variant: Variant = .exact
    ) throws {
        let sums = try KernelSums(rows, columns, sampleCount: n)
        let left = rows.sources.map { $0.map { SelfTerms($0, sampleCount: n) } }
        let right = columns.sources.map { $0.map { SelfTerms($0, sampleCount: n) } }
        var cka = [Double](repeating: .nan, count: left.count * right.count)
        var unbiased = cka
        for (r, a) in left.enumerated() {
            guard let a else { continue }
            for (c, b) in right.enumerated() {
                guard let b else { continue }
                // A kernel's product with itself is its self term, whatever float32 makes of it.
                let terms =
                    rows.isSame(r, c, of: columns)
                    ? a.selfTerms : HSICTerms(sums[r, c], a.diagonal, b.diagonal, a.trace, b.trace, sampleCount: n)
                // The offset is added to what the released code has there, which is not scaled.
                let offset = variant == .reference ? Self.referenceOffset * a.scale * b.scale : 0
                let cell = r * right.count + c
                cka[cell] = finite(terms.biased / (meanSelfTerm(a.selfTerms.biased, b.selfTerms.biased) + offset))
                guard a.hasUnbiasedSelfTerm, b.hasUnbiasedSelfTerm else { continue }
                unbiased[cell] = finite(
                    terms.unbiased / (meanSelfTerm(a.selfTerms.unbiased, b.selfTerms.unbiased) + offset))
            }
        }
        self.cka = cka
        unbiasedCKA = unbiased
    }
}

/// √(ab) of two self terms, also where their product is beyond the range of float64.
func meanSelfTerm(_ a: Double, _ b: Double) -> Double {
    let product = a * b
    guard a != 0, b != 0, a.isFinite, b.isFinite, !product.isNormal else { return product.squareRoot() }
    // Roots of equal numbers would be off by their rounding.
    if a == b { return a.magnitude }
    return a.sign == b.sign ? a.magnitude.squareRoot() * b.magnitude.squareRoot() : .nan
}

/// A score that is a number, and NaN where it is none.
func finite(_ score: Double) -> Double { score.isFinite ? score : .nan }

/// What one layer brings to every pair.
private struct SelfTerms {
    let diagonal: [Double]
    let trace: Double
    let selfTerms: HSICTerms
    let scale: Double
    /// Whether the unbiased self term is more than what rounding leaves behind of zero.
    let hasUnbiasedSelfTerm: Bool

    init(_ source: any PackedKernelSource, sampleCount: Int) {
        diagonal = source.diagonal
        trace = source.diagonal.reduce(0, +)
        scale = source.scale
        selfTerms = HSICTerms.selfTerms(source)
        let pairs = Double(sampleCount) * Double(sampleCount - 3)
        // U-centred entries are zero where they are no more than rounding.
        let least =
            switch source.entries {
            case .float32: 0x1p-20 * selfTerms.biased
            case .float64: 0x1p-25 * selfTerms.biased
            case .uCentred: 0.0
            }
        hasUnbiasedSelfTerm = selfTerms.unbiased * pairs > least
    }
}
