/// Colours for numbers.
package enum ColourMap: String, Sendable, CaseIterable {
    /// For scores: perceptually uniform, from dark purple to yellow.
    case viridis
    /// For scores: made to look the same with and without red-green blindness (Nuñez et al. 2018).
    case cividis
    /// For correlations centred on 0 alone: blue below, white at, red above.
    case redBlue

    /// The colour at `position` of [0, 1], looked up among 256 as matplotlib does; positions outside take the ends.
    package func colour(at position: Double) -> Colour {
        let scaled = position.isNaN ? 0 : max(0, min(255, position * 256))
        return colours[Int(scaled)]
    }

    /// What Vega calls it.
    var vegaScheme: String {
        switch self {
        case .viridis: "viridis"
        case .cividis: "cividis"
        case .redBlue: "redblue"
        }
    }

    /// Whether Vega's scheme runs the other way.
    var isReversedInVega: Bool { self == .redBlue }

    private var colours: [Colour] {
        switch self {
        case .viridis: Self.viridisColours
        case .cividis: Self.cividisColours
        case .redBlue: Self.redBlueColours
        }
    }

    private static let viridisColours = decode(ColourTables.viridis)
    private static let cividisColours = decode(ColourTables.cividis)
    private static let redBlueColours = decode(ColourTables.redBlue)

    private static func decode(_ table: String) -> [Colour] {
        let digits = table.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count - 5, by: 6).map { start in
            Colour(
                digits[start] * 16 + digits[start + 1], digits[start + 2] * 16 + digits[start + 3],
                digits[start + 4] * 16 + digits[start + 5])
        }
    }
}
