/// Colours and marker shapes for categories.
package enum Palette {
    /// Okabe and Ito (2008), told apart by all common kinds of colour blindness; those that show best on white come first.
    package static let okabeIto: [Colour] = [
        Colour(0x00, 0x72, 0xB2), Colour(0xD5, 0x5E, 0x00), Colour(0x00, 0x9E, 0x73), Colour(0xCC, 0x79, 0xA7),
        Colour(0xE6, 0x9F, 0x00), Colour(0x56, 0xB4, 0xE9), Colour(0x00, 0x00, 0x00), Colour(0xF0, 0xE4, 0x42),
    ]

    /// The fill of the category `index`: Okabe and Ito's, then lighter, then darker ones; repeats after 24.
    package static func colour(_ index: Int) -> Colour {
        let base = okabeIto[index % okabeIto.count]
        switch index / okabeIto.count % 3 {
        case 0: return base
        case 1: return base.mixed(with: .white, share: 0.55)
        default: return base == .black ? Colour(0xC8, 0xC8, 0xC8) : base.mixed(with: .black, share: 0.45)
        }
    }

    /// The colour of the line `index`: of at least 3:1 on white, so that thin lines are seen; repeats after 7.
    package static func lineColour(_ index: Int) -> Colour { lines[index % lines.count] }

    /// Okabe and Ito's without the yellow, the light ones darker.
    private static let lines = okabeIto.prefix(7).map { colour in
        let shades = stride(from: 0.0, through: 0.6, by: 0.05).map { colour.mixed(with: .black, share: $0) }
        return shades.first { $0.contrast(with: .white) >= 3 } ?? .black
    }

    /// The dashes of the line `index`: solid until the colours repeat.
    static func dashes(_ index: Int) -> String? {
        switch index / 7 % 3 {
        case 0: nil
        case 1: "6 3"
        default: "2 2.5"
        }
    }

    /// The shape of the category `index`; repeats after 10.
    package static func marker(_ index: Int) -> Marker { Marker.allCases[index % Marker.allCases.count] }
}
