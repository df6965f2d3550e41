/// A colour map over a range of values, in equal steps.
package struct ColourScale: Sendable {
    package let map: ColourMap
    package let domain: ClosedRange<Double>
    package let steps: Int

    /// A scale over `domain`, which must be finite; one of no width gets all values in the middle.
    package init(_ map: ColourMap = .viridis, over domain: ClosedRange<Double>, steps: Int = 64) {
        precondition(steps > 0 && domain.lowerBound.isFinite && domain.upperBound.isFinite)
        self.map = map
        self.domain = domain
        self.steps = steps
    }

    /// The step that `value` falls into, values outside going to the ends; nil for NaN.
    package func step(of value: Double) -> Int? {
        guard !value.isNaN else { return nil }
        let width = domain.upperBound - domain.lowerBound
        guard width > 0 else { return steps / 2 }
        let position = (value - domain.lowerBound) / width * Double(steps)
        return Int(max(0, min(Double(steps - 1), position)))
    }

    /// The colour of the middle of a step.
    package func colour(ofStep step: Int) -> Colour { map.colour(at: (Double(step) + 0.5) / Double(steps)) }

    /// The colour of `value`; nil for NaN.
    package func colour(of value: Double) -> Colour? { step(of: value).map(colour(ofStep:)) }

    /// The scale for Vega-Lite.
    var vegaScale: JSONValue {
        [
            "domain": [.number(domain.lowerBound), .number(domain.upperBound)], "scheme": .string(map.vegaScheme),
            "reverse": .boolean(map.isReversedInVega), "clamp": true,
        ]
    }
}
