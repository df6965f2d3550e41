/// How a learned kernel stands to the PMI: kernel ≈ offset + scale · PMI by least squares, over all pairs whose PMI is finite.
package struct KernelFit: Hashable, Sendable {
    /// Pearson's correlation; nil where either does not vary.
    package let correlation: Double?
    package let scale: Double?
    package let offset: Double?
    /// How many ordered pairs of events took part, each event with itself included.
    package let pairs: Int

    package init(_ kernel: PairValues, pmi: PairValues) {
        precondition(kernel.count == pmi.count, "the same events")
        let seen = pmi.values.indices.filter { pmi.values[$0].isFinite }
        let count = Double(max(seen.count, 1))
        let (x, y) = (
            seen.reduce(0) { $0 + pmi.values[$1] } / count, seen.reduce(0) { $0 + kernel.values[$1] } / count
        )
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for position in seen {
            let (a, b) = (pmi.values[position] - x, kernel.values[position] - y)
            xx += a * a
            xy += a * b
            yy += b * b
        }
        pairs = seen.count
        // What rounding leaves of a PMI that is the same everywhere is no variation.
        let varies = xx > 1e-18 * count * max(x * x, 1) && yy > 0
        correlation = varies ? max(-1, min(1, xy / (xx * yy).squareRoot())) : nil
        scale = varies ? xy / xx : nil
        offset = varies ? y - xy / xx * x : nil
    }
}
