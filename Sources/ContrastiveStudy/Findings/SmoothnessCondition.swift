internal import Foundation
internal import LinearAlgebra

/// Whether an offset makes the PMI a kernel: the condition of proposition F.1 (Huh et al. 2024, appendix F), and what the eigenvalues say.
///
/// Let the PMI of different events lie within [log ρ, log ρ + δ], not above 0. If PMI(a, a) ≥ Nδ + log ρ for every event, then K_PMI + C is
/// positive semidefinite for C = -min_a (1/N) Σ_b PMI(a, b), since it is diagonally dominant. The condition is sufficient and not necessary.
package struct SmoothnessCondition: Sendable {
    /// log ρ, the least PMI of two different events; minus infinity where some are never seen together.
    package let leastPMI: Double
    /// δ, the range of the PMI of different events.
    package let spread: Double
    /// The largest PMI of two different events, which must not be above 0.
    package var greatestPMI: Double { leastPMI + spread }
    /// min_a PMI(a, a) - log ρ - Nδ: the condition holds where it is not negative.
    package let slack: Double
    /// Whether both the premise and the condition hold.
    package var holds: Bool { greatestPMI <= 0 && slack >= 0 }
    /// C of the proposition; nil where the PMI is not finite.
    package let offset: Double?
    /// The eigenvalues of K_PMI + C, descending; none where there is no C.
    package let eigenvalues: [Double]
    /// The least of them.
    package var leastEigenvalue: Double? { eigenvalues.last }
    /// What the least eigenvalue tends to as the offset grows: the least of the PMI among vectors whose numbers sum to 0. Where it is negative, no
    /// offset makes the PMI a kernel.
    package let leastAtAnyOffset: Double?
    /// How many eigenvalues are above a thousandth of the largest: the dimensions that a table needs.
    package var neededDimension: Int? {
        guard let largest = eigenvalues.first else { return nil }
        return eigenvalues.count { $0 > 1e-3 * largest }
    }

    package init(_ pmi: PairValues) throws {
        let n = pmi.count
        var (least, most, diagonal) = (Double.infinity, -Double.infinity, Double.infinity)
        for a in 0..<n {
            diagonal = min(diagonal, pmi[a, a])
            for b in 0..<n where b != a {
                least = min(least, pmi[a, b])
                most = max(most, pmi[a, b])
            }
        }
        leastPMI = least
        guard least.isFinite else {
            (spread, slack, offset, eigenvalues, leastAtAnyOffset) = (.infinity, -.infinity, nil, [], nil)
            return
        }
        spread = most - least
        slack = diagonal - least - Double(n) * (most - least)
        let means = pmi.rowSums.map { $0 / Double(n) }
        let offset = -(means.min() ?? 0)
        self.offset = offset
        eigenvalues = try Self.eigenvalues(PairValues(count: n, values: pmi.values.map { $0 + offset }))
        let mean = means.reduce(0, +) / Double(n)
        // At the bound of all eigenvalues' magnitudes, the constant vector is not the least.
        let lift = pmi.values.reduce(0) { max($0, abs($1)) }
        let centred = PairValues(count: n) { pmi[$0, $1] - means[$0] - means[$1] + mean + lift }
        leastAtAnyOffset = try Self.eigenvalues(centred).last
    }

    /// All eigenvalues of a symmetric matrix, descending.
    private static func eigenvalues(_ values: PairValues) throws(LinearAlgebraError) -> [Double] {
        let matrix = Matrix<Double>(rows: values.count, columns: values.count, repeating: 0)
        for (position, value) in values.values.enumerated() { matrix.elements[position] = value }
        return try SymmetricEigenpairs(ofOverwriting: matrix, count: values.count).values
    }
}
