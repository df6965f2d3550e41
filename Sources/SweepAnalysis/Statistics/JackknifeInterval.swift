internal import PermutationStatistics

/// An interval for what a statistic would be over all models like those at hand: the delete-one jackknife with Student's t.
///
/// Of one set of P units SE² is the jackknife's and t has P - 1 degrees of freedom. Of two sets that were drawn apart, such as the two sides
/// of a cross sweep, SE² = SE_x² + SE_y² with the degrees of freedom of Welch 1947 and Satterthwaite 1946.
package struct JackknifeInterval: Equatable, Sendable {
    /// The coverage that it is meant to have.
    package static let level = 0.95

    package let standardError: Double
    package let degreesOfFreedom: Double
    package let lower: Double
    package let upper: Double

    /// - Parameters:
    ///   - value: the statistic of all units, in the middle.
    ///   - leavingOut: for each set the statistics without each of its units. A set of one unit is held fixed beside others: the interval is
    ///     then one for that very unit. n counts the units of the other sets.
    static func of(_ value: Double, leavingOut sets: [[Double]]) -> Estimate<JackknifeInterval> {
        let drawn = sets.filter { $0.count > 1 }
        let n = drawn.reduce(0) { $0 + $1.count }
        guard !drawn.isEmpty else { return Estimate(none: Jackknife.tooFewUnits, n: n) }
        var squares: [Double] = []
        for set in drawn {
            let error = Jackknife.standardError(leavingOut: set)
            guard let found = error.value else { return Estimate(none: error.reason ?? "", n: n) }
            squares.append(found * found)
        }
        let total = squares.reduce(0, +)
        let free = drawn.map { Double($0.count - 1) }
        let degrees =
            total > 0
            ? 1 / zip(squares, free).reduce(0) { $0 + ($1.0 / total) * ($1.0 / total) / $1.1 } : free.reduce(0, +)
        let width = StudentT.quantile(level: level, degreesOfFreedom: degrees) * total.squareRoot()
        return Estimate(
            JackknifeInterval(
                standardError: total.squareRoot(), degreesOfFreedom: degrees, lower: value - width,
                upper: value + width), n: n)
    }
}
