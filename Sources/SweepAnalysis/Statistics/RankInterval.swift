internal import Foundation
internal import PermutationStatistics

/// An interval for Spearman's ρ of n independent observations: Fisher's z with the standard deviation √((1 + ρ²/2)/(n - 3)) of
/// Bonett & Wright 2000.
package struct RankInterval: Equatable, Sendable {
    package static let level = 0.95
    /// Of fewer observations every interval is nearly all of -1 to 1.
    package static let leastObservations = 5

    package let lower: Double
    package let upper: Double

    package static func of(_ correlation: Estimate<Double>) -> Estimate<RankInterval> {
        guard let rho = correlation.value else { return Estimate(none: correlation.reason ?? "", n: correlation.n) }
        guard correlation.n >= leastObservations else {
            return Estimate(none: "fewer than \(leastObservations) observations", n: correlation.n)
        }
        // Ranks in the very same order leave no deviation to estimate; what rounding leaves of ±1 is as good.
        guard abs(rho) < 1 - 1e-12 else {
            return Estimate(none: "the ranks agree or oppose without exception", n: correlation.n)
        }
        let deviation = ((1 + rho * rho / 2) / Double(correlation.n - 3)).squareRoot()
        let width = StudentT.quantile(level: level, degreesOfFreedom: .infinity) * deviation
        return Estimate(
            RankInterval(lower: tanh(atanh(rho) - width), upper: tanh(atanh(rho) + width)), n: correlation.n)
    }
}
