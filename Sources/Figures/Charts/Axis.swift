/// An axis: its title with unit and number of observations, its direction and its range.
package struct Axis: Sendable {
    package var title: String
    package var unit: String?
    /// The number of observations, said in the title.
    package var n: Int?
    /// Larger values to the left (or below), for scores of which less is better.
    package var isReversed: Bool
    package var isLogarithmic: Bool
    /// The range; that of the values where nil. Points outside are not drawn, and lines end at its edges.
    package var domain: ClosedRange<Double>?

    package init(
        _ title: String, unit: String? = nil, n: Int? = nil, isReversed: Bool = false, isLogarithmic: Bool = false,
        domain: ClosedRange<Double>? = nil
    ) {
        self.title = title
        self.unit = unit
        self.n = n
        self.isReversed = isReversed
        self.isLogarithmic = isLogarithmic
        self.domain = domain
    }

    /// "Performance (bits per byte), n = 12".
    var fullTitle: String {
        Escaping.visible(quantity + (n.map { ", n = \($0)" } ?? ""))
    }

    /// Title and unit, without the number of observations.
    var quantity: String { title + (unit.map { " (\($0))" } ?? "") }

    /// The range to draw for `values`.
    func range(of values: [Double]) -> ClosedRange<Double> {
        if let domain, domain.lowerBound.isFinite, domain.upperBound.isFinite, domain.lowerBound < domain.upperBound,
            !isLogarithmic || domain.lowerBound > 0
        {
            return domain
        }
        return AxisScale.range(of: values, isLogarithmic: isLogarithmic)
    }

    /// Places for `range` between two pixels.
    func scale(_ range: ClosedRange<Double>, from start: Double, to end: Double) -> AxisScale {
        AxisScale(
            lower: range.lowerBound, upper: range.upperBound, isLogarithmic: isLogarithmic,
            start: isReversed ? end : start, end: isReversed ? start : end)
    }

    /// Round numbers within `range`.
    func ticks(_ range: ClosedRange<Double>, count: Int) -> Ticks {
        isLogarithmic ? .logarithmic(range) : .linear(range, count: count)
    }
}
