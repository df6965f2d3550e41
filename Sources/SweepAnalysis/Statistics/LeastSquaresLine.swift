/// The ordinary least squares line y = intercept + slope·x, as in `scipy.stats.linregress`.
package struct LeastSquaresLine: Equatable, Sendable {
    package let slope: Double
    package let intercept: Double
    /// The share of the variance of y that the line explains; nil where y does not vary.
    package let rSquared: Double?

    /// Over the observations of which both are finite; none under 3 of them or where x is constant.
    package static func of(_ x: [Double], _ y: [Double]) -> Estimate<LeastSquaresLine> { of(CompletePairs(x, y)) }

    static func of(_ pairs: CompletePairs) -> Estimate<LeastSquaresLine> {
        if let defect = pairs.defect(needsVaryingY: false) { return Estimate(none: defect, n: pairs.count) }
        let moments = CentredMoments(pairs)
        let slope = moments.xy / moments.xx
        guard slope.isFinite else { return Estimate(none: "x hardly varies", n: pairs.count) }
        let explained = PearsonCorrelation.of(pairs).value.map { $0 * $0 }
        return Estimate(
            LeastSquaresLine(slope: slope, intercept: moments.meanY - slope * moments.meanX, rSquared: explained),
            n: pairs.count)
    }

    /// The line's height at `x`.
    package func value(at x: Double) -> Double { intercept + slope * x }
}
