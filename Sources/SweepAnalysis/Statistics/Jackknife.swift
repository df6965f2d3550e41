/// The delete-one jackknife (Efron & Tibshirani 1993, section 11.2).
package enum Jackknife {
    /// Of fewer units an interval does not cover what it is meant to: a side of two held the truth in 87 to 90 % of samples.
    static let leastUnits = 3
    static let tooFewUnits = "fewer than \(leastUnits) models of different networks"

    /// √((n-1)/n Σ(θ₍ᵢ₎ - θ̄)²) of the statistics θ₍ᵢ₎ computed without each of n units.
    package static func standardError(leavingOut statistics: [Double]) -> Estimate<Double> {
        let n = statistics.count
        guard n >= leastUnits else { return Estimate(none: tooFewUnits, n: n) }
        guard statistics.allSatisfy(\.isFinite) else {
            return Estimate(none: "one model, or its network, is in every pair", n: n)
        }
        let mean = statistics.reduce(0, +) / Double(n)
        let squares = statistics.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return Estimate((Double(n - 1) / Double(n) * squares).squareRoot(), n: n)
    }
}
