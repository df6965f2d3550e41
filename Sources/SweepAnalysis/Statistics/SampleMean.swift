/// The mean of a sample and its spread.
package struct SampleMean: Equatable, Sendable {
    package let mean: Double
    /// The standard deviation with n - 1 in the denominator; nil of one observation.
    package let standardDeviation: Double?
    /// The standard error of the mean, sd/√n; nil of one observation.
    package let standardError: Double?

    /// Of the finite `values`, in two passes.
    package static func of(_ values: [Double]) -> Estimate<SampleMean> {
        let kept = values.filter(\.isFinite)
        guard !kept.isEmpty else { return Estimate(none: "no observations", n: 0) }
        let n = Double(kept.count)
        let mean = kept.reduce(0, +) / n
        guard kept.count > 1 else {
            return Estimate(SampleMean(mean: mean, standardDeviation: nil, standardError: nil), n: 1)
        }
        let squares = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / (n - 1)).squareRoot()
        return Estimate(
            SampleMean(mean: mean, standardDeviation: deviation, standardError: deviation / n.squareRoot()),
            n: kept.count)
    }
}
