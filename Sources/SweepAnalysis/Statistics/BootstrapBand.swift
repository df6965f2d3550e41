internal import PermutationStatistics
internal import SweepModel

/// A simultaneous band about a least squares line, from lines through resampled models: line ± c·f·s(x), meant to hold the whole line that
/// models like these have, and not each of its points by itself.
///
/// s(x) is the root mean square deviation of the resampled lines from the line at x, and c the share `level` of their largest deviations over
/// the grid in units of it, so that so many lie wholly inside line ± c·s(x) (sup-t bands, Montiel Olea & Plagborg-Møller 2019). That alone
/// held the true line in 86 to 90 % of simulated samples of 10 models and 88 to 91 % of 30 where 95 % were meant: the squares of resamples'
/// deviations are about (G - 2)/G of what they should be of G units, with G - 2 degrees of freedom. With f = √(G/(G - 2))·t/z, t and z the
/// quantiles of Student's t with so many and of the normal distribution at `level`, it held it in 94 to 96 % and 91 to 94 %
/// (Schemas/metrics.md, *Intervals over models*).
package struct BootstrapBand: Sendable {
    /// How models are resampled.
    package struct Options: Sendable {
        package var seed: UInt64 = 0
        package var resamples = 1000
        /// The coverage that the band is meant to have, and the least share of lines that are wholly inside.
        package var level = 0.95
        /// The number of x values, evenly spread over the observed ones.
        package var gridCount = 21
        /// Whole families are drawn instead of single models.
        package var resamplesFamilies = false

        package init(seed: UInt64 = 0, resamplesFamilies: Bool = false) {
            self.seed = seed
            self.resamplesFamilies = resamplesFamilies
        }
    }

    /// Ascending.
    package let x: [Double]
    package let lower: [Double]
    package let upper: [Double]
    /// The number of resamples that have a line: those whose every x is the same have none.
    package let lineCount: Int

    /// Fewer families leave no degrees of freedom.
    static let leastUnits = 3

    /// The band of the observations of which both are finite.
    ///
    /// Observations are taken in ascending order of x and y first, so that the models' order does not matter.
    /// - Parameter families: for each observation what is drawn with it where whole families are drawn; nil for itself alone.
    package static func of(
        _ x: [Double], _ y: [Double], families: [String?], options: Options
    ) -> Estimate<BootstrapBand> {
        Resamples.of(x, y, families: families, options: options).map { resamples in
            let grid = (0..<options.gridCount).map { step in
                let share = Double(step) / Double(max(1, options.gridCount - 1))
                return resamples.range.lowerBound + share * (resamples.range.upperBound - resamples.range.lowerBound)
            }
            let widths = resamples.widths(at: grid, level: options.level)
            let factor = smallSampleFactor(resamples.unitCount, level: options.level)
            let heights = grid.map(resamples.line.value)
            return BootstrapBand(
                x: grid, lower: zip(heights, widths).map { $0 - factor * $1 },
                upper: zip(heights, widths).map { $0 + factor * $1 }, lineCount: resamples.lines.count)
        }
    }

    /// f of G ≥ 3 units.
    static func smallSampleFactor(_ units: Int, level: Double) -> Double {
        let free = Double(units - 2)
        let t = StudentT.quantile(level: level, degreesOfFreedom: free)
        return (Double(units) / free).squareRoot() * t / StudentT.quantile(level: level, degreesOfFreedom: .infinity)
    }
}

/// The least squares line of some observations, and those of resamples of them.
struct Resamples: Sendable {
    let line: CentredLine
    let lines: [CentredLine]
    /// What was drawn: models, or families.
    let unitCount: Int
    /// Of x.
    let range: ClosedRange<Double>

    static func of(
        _ x: [Double], _ y: [Double], families: [String?], options: BootstrapBand.Options
    ) -> Estimate<Resamples> {
        precondition(x.count == y.count && x.count == families.count, "every observation has an x, a y and a family")
        let kept = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
            .sorted { (x[$0], y[$0], families[$0] ?? "") < (x[$1], y[$1], families[$1] ?? "") }
        let pairs = CompletePairs(kept.map { x[$0] }, kept.map { y[$0] })
        if let defect = pairs.defect(needsVaryingY: false) { return Estimate(none: defect, n: pairs.count) }
        let units =
            options.resamplesFamilies
            ? Self.units(kept.map { families[$0] }) : kept.indices.map { [$0] }
        guard units.count >= BootstrapBand.leastUnits else {
            return Estimate(
                none: units.count == 1
                    ? "all models are of one family"
                    : "the models are of fewer than \(BootstrapBand.leastUnits) families",
                n: pairs.count)
        }
        let moments = CentredMoments(pairs)
        let lines = resampled(pairs, moments, units, options)
        guard lines.count * 2 >= options.resamples else {
            return Estimate(none: "more than half of the resamples have no line", n: pairs.count)
        }
        let line = CentredLine(slope: moments.xy / moments.xx, height: moments.meanY, at: moments.meanX)
        return Estimate(
            Resamples(
                line: line, lines: lines, unitCount: units.count, range: pairs.x[0]...pairs.x[pairs.count - 1]),
            n: pairs.count)
    }

    /// c·s(x): at least the share `level` of the lines, and as few more as can be, are nowhere on the grid farther from the line.
    func widths(at grid: [Double], level: Double) -> [Double] {
        var deviations: [Double] = []
        // Of each line, in units of s.
        var largest = [Double](repeating: 0, count: lines.count)
        for x in grid {
            let height = line.value(at: x)
            let apart = lines.map { abs($0.value(at: x) - height) }
            let deviation = (apart.reduce(0) { $0 + $1 * $1 } / Double(lines.count)).squareRoot()
            deviations.append(deviation)
            guard deviation > 0 else { continue }
            for (position, distance) in apart.enumerated() {
                largest[position] = max(largest[position], distance / deviation)
            }
        }
        let place = min(lines.count, max(1, Int((level * Double(lines.count)).rounded(.up))))
        let critical = Quantile.ofOrder(place, &largest)
        return deviations.map { critical * $0 }
    }

    /// Positions of each family's observations, in order of first appearance; an observation without a family is one by itself.
    private static func units(_ families: [String?]) -> [[Int]] {
        var (units, known): ([[Int]], [String: Int]) = ([], [:])
        for (position, family) in families.enumerated() {
            if let family, let unit = known[family] {
                units[unit].append(position)
            } else {
                if let family { known[family] = units.count }
                units.append([position])
            }
        }
        return units
    }

    private static func resampled(
        _ pairs: CompletePairs, _ moments: CentredMoments, _ units: [[Int]], _ options: BootstrapBand.Options
    ) -> [CentredLine] {
        var generator = SplitMix64(seed: options.seed)
        let sums = units.map { unit in
            ResampledSums(unit.map { (pairs.x[$0] - moments.meanX, pairs.y[$0] - moments.meanY) })
        }
        // What rounding leaves of a resample of one x alone.
        let tolerance = moments.xx * 1e-12
        var lines: [CentredLine] = []
        lines.reserveCapacity(options.resamples)
        for _ in 0..<options.resamples {
            var sum = ResampledSums([])
            for _ in units.indices { sum.add(sums[generator.position(below: units.count)]) }
            let variation = sum.xx - sum.x * sum.x / sum.n
            guard variation > tolerance else { continue }
            let slope = (sum.xy - sum.x * sum.y / sum.n) / variation
            lines.append(
                CentredLine(
                    slope: slope, height: moments.meanY + (sum.y - slope * sum.x) / sum.n, at: moments.meanX))
        }
        return lines
    }
}

/// A line through (`at`, `height`).
struct CentredLine: Sendable {
    let slope: Double
    let height: Double
    let at: Double

    func value(at x: Double) -> Double { height + slope * (x - at) }
}

/// The sums that a line is computed from, of observations centred on the whole sample's means.
private struct ResampledSums {
    var (n, x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)

    init(_ points: [(x: Double, y: Double)]) {
        for point in points {
            n += 1
            x += point.x
            y += point.y
            xx += point.x * point.x
            xy += point.x * point.y
        }
    }

    @inline(__always) mutating func add(_ other: ResampledSums) {
        n += other.n
        x += other.x
        y += other.y
        xx += other.xx
        xy += other.xy
    }
}
