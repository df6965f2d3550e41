/// A grid of equal cells in RGB.
package struct ColourGrid: Hashable, Sendable {
    /// Cells along each channel.
    package let levels: Int

    package init(levels: Int) {
        precondition((2...16).contains(levels), "2 to 16 levels")
        self.levels = levels
    }

    /// How many cells there are.
    package var count: Int { levels * levels * levels }

    /// The cell of a pixel: the levels of red, green and blue as digits, red first.
    package func cell(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
        (level(red) * levels + level(green)) * levels + level(blue)
    }

    private func level(_ channel: UInt8) -> Int { (Int(channel) * levels) >> 8 }

    /// The colour in the middle of a cell.
    package func centre(of cell: Int) -> SRGB {
        func channel(_ level: Int) -> Double { (Double(level) + 0.5) / Double(levels) }
        return SRGB(channel(cell / (levels * levels)), channel(cell / levels % levels), channel(cell % levels))
    }
}
