internal import SweepModel

/// A percentile band of least squares lines over resampled models (Efron & Tibshirani 1993, section 13.3).
package struct BootstrapBand: Sendable {
    /// How models are resampled.
    package struct Options: Sendable {
        package var seed: UInt64 = 0
        package var resamples = 1000
        /// The share of lines inside the band at each x.
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

    /// The band of the observations of which both are finite.
    ///
    /// Observations are taken in ascending order of x and y first, so that the models' order does not matter.
    /// - Parameter families: for each observation what is drawn with it where whole families are drawn; nil for itself alone.
    package static func of(
        _ x: [Double], _ y: [Double], families: [String?], options: Options
    ) -> Estimate<BootstrapBand> {
        precondition(x.count == y.count && x.count == families.count, "every observation has an x, a y and a family")
        let kept = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
            .sorted { (x[$0], y[$0], families[$0] ?? "") < (x[$1], y[$1], families[$1] ?? "") }
        let pairs = CompletePairs(kept.map { x[$0] }, kept.map { y[$0] })
        if let defect = pairs.defect(needsVaryingY: false) { return Estimate(none: defect, n: pairs.count) }
        let units =
            options.resamplesFamilies
            ? Self.units(kept.map { families[$0] }) : kept.indices.map { [$0] }
        guard units.count > 1 else { return Estimate(none: "all models are of one family", n: pairs.count) }
        let lines = resampled(pairs, units, options)
        guard lines.count * 2 >= options.resamples else {
            return Estimate(none: "more than half of the resamples have no line", n: pairs.count)
        }
        let grid = (0..<options.gridCount).map { step in
            let share = Double(step) / Double(max(1, options.gridCount - 1))
            return pairs.x[0] + share * (pairs.x[pairs.count - 1] - pairs.x[0])
        }
        let tail = (1 - options.level) / 2
        var (lower, upper): ([Double], [Double]) = ([], [])
        for x in grid {
            var heights = lines.map { $0.value(at: x) }
            lower.append(Quantile.of(&heights, at: tail))
            upper.append(Quantile.of(&heights, at: 1 - tail))
        }
        return Estimate(BootstrapBand(x: grid, lower: lower, upper: upper, lineCount: lines.count), n: pairs.count)
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

    private static func resampled(_ pairs: CompletePairs, _ units: [[Int]], _ options: Options) -> [ResampledLine] {
        var generator = SplitMix64(seed: options.seed)
        let moments = CentredMoments(pairs)
        let sums = units.map { unit in
            ResampledSums(unit.map { (pairs.x[$0] - moments.meanX, pairs.y[$0] - moments.meanY) })
        }
        // What rounding leaves of a resample of one x alone.
        let tolerance = moments.xx * 1e-12
        var lines: [ResampledLine] = []
        lines.reserveCapacity(options.resamples)
        for _ in 0..<options.resamples {
            var sum = ResampledSums([])
            for _ in units.indices { sum.add(sums[generator.position(below: units.count)]) }
            let variation = sum.xx - sum.x * sum.x / sum.n
            guard variation > tolerance else { continue }
            let slope = (sum.xy - sum.x * sum.y / sum.n) / variation
            lines.append(
                ResampledLine(
                    slope: slope, height: moments.meanY + (sum.y - slope * sum.x) / sum.n, at: moments.meanX))
        }
        return lines
    }
}

/// A line through (`at`, `height`).
private struct ResampledLine {
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
