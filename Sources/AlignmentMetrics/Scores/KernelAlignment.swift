internal import LinearAlgebra
package import SweepModel

/// Alignment of the centred kernels of the layers of two panels, biased and unbiased, from one matrix product.
///
/// Since the rows of K_c sum to zero (metrics.md, *Both CKAs*), with off = 2 Σ_{i<j} K_ij L_ij and diagonals p, r:
/// tr(KHLH) = off + p·r (Kornblith et al. 2019) and
/// HSIC_u = [off - 2/(n-2)·p·r + (Σp)(Σr)/((n-1)(n-2))]/(n(n-3)) (Song et al. 2012, eq. 5).
/// Of kernels without a diagonal, such as centred ranks, the biased alignment is the cosine of their entries.
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
                let terms = HSICTerms(sums[r, c], a.diagonal, b.diagonal, a.trace, b.trace, sampleCount: n)
                // The offset is added to what the released code has there, which is not scaled.
                let offset = variant == .reference ? Self.referenceOffset * a.scale * b.scale : 0
                let cell = r * right.count + c
                cka[cell] = terms.biased / ((a.selfTerms.biased * b.selfTerms.biased).squareRoot() + offset)
                guard a.hasUnbiasedSelfTerm, b.hasUnbiasedSelfTerm else { continue }
                unbiased[cell] =
                    terms.unbiased / ((a.selfTerms.unbiased * b.selfTerms.unbiased).squareRoot() + offset)
            }
        }
        self.cka = cka
        unbiasedCKA = unbiased
    }
}

/// What one layer brings to every pair.
private struct SelfTerms {
    let diagonal: [Double]
    let trace: Double
    let selfTerms: HSICTerms
    let scale: Double
    /// Whether the unbiased self term is more than what float32 entries leave behind of zero.
    let hasUnbiasedSelfTerm: Bool

    init(_ source: any PackedKernelSource, sampleCount: Int) {
        diagonal = source.diagonal
        trace = source.diagonal.reduce(0, +)
        scale = source.scale
        selfTerms = HSICTerms(
            .offDiagonal(2 * source.packedSquareSum), diagonal, diagonal, trace, trace, sampleCount: sampleCount)
        let pairs = Double(sampleCount) * Double(sampleCount - 3)
        hasUnbiasedSelfTerm = selfTerms.unbiased * pairs > 0x1p-20 * selfTerms.biased
    }
}

/// tr(KHLH) and the unbiased HSIC of two centred Gram matrices.
private struct HSICTerms {
    let biased: Double
    let unbiased: Double

    init(
        _ sum: KernelSums.Sum, _ p: [Double], _ r: [Double], _ pTrace: Double, _ rTrace: Double, sampleCount: Int
    ) {
        let n = Double(sampleCount)
        let diagonals = p.withUnsafeBufferPointer { p in
            r.withUnsafeBufferPointer { r in
                guard let p = p.baseAddress, let r = r.baseAddress else { return 0.0 }
                return FixedOrderSums.dot(p, r, count: sampleCount)
            }
        }
        let off =
            switch sum {
            case .offDiagonal(let value): value
            case .whole(let value): value - diagonals
            }
        biased = off + diagonals
        let correction = -2 / (n - 2) * diagonals + pTrace * rTrace / ((n - 1) * (n - 2))
        unbiased = (off + correction) / (n * (n - 3))
    }
}
