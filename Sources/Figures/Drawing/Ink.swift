/// The few greys, and sizes of text, that all charts share.
enum Ink {
    static let background = Colour(0xFF, 0xFF, 0xFF)
    static let text = Colour(0x1A, 0x1A, 0x1A)
    static let secondaryText = Colour(0x4D, 0x4D, 0x4D)
    static let axis = Colour(0x59, 0x59, 0x59)
    static let outline = Colour(0x33, 0x33, 0x33)
    static let hatching = Colour(0x8C, 0x8C, 0x8C)
    static let frame = Colour(0xC8, 0xC8, 0xC8)
    static let grid = Colour(0xE8, 0xE8, 0xE8)

    static let titleSize = 14.0
    static let axisTitleSize = 12.0
    static let bodySize = 11.5
    /// The smallest text that may be printed on paper or seen on a screen.
    static let smallestSize = 7.5

    /// Narrower than the widths that `TextMetrics` reckons with, or the same.
    static let fontFamily = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
}
