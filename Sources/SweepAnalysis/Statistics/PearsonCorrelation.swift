/// The product-moment correlation r of two variables.
package enum PearsonCorrelation {
    /// Over the observations of which both are finite; none under 3 of them or where one variable is constant.
    package static func of(_ x: [Double], _ y: [Double]) -> Estimate<Double> { of(CompletePairs(x, y)) }

    static func of(_ pairs: CompletePairs) -> Estimate<Double> {
        if let defect = pairs.defect(needsVaryingY: true) { return Estimate(none: defect, n: pairs.count) }
        let moments = CentredMoments(pairs)
        // One root of the product, so that r of a variable with itself is 1; each by itself where the product would vanish or overflow.
        let product = moments.xx * moments.yy
        let r =
            moments.xy / (product.isNormal ? product.squareRoot() : moments.xx.squareRoot() * moments.yy.squareRoot())
        guard r.isFinite else { return Estimate(none: "the variables hardly vary", n: pairs.count) }
        return Estimate(min(1, max(-1, r)), n: pairs.count)
    }
}

/// Means and centred sums of products of two variables, in two passes.
struct CentredMoments {
    let meanX: Double
    let meanY: Double
    let xx: Double
    let xy: Double
    let yy: Double

    init(_ pairs: CompletePairs) {
        let n = Double(pairs.count)
        let (meanX, meanY) = (pairs.x.reduce(0, +) / n, pairs.y.reduce(0, +) / n)
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for index in 0..<pairs.count {
            let (dx, dy) = (pairs.x[index] - meanX, pairs.y[index] - meanY)
            xx += dx * dx
            xy += dx * dy
            yy += dy * dy
        }
        (self.meanX, self.meanY, self.xx, self.xy, self.yy) = (meanX, meanY, xx, xy, yy)
    }
}
