/// How wide text is before anybody has drawn it.
///
/// The widths are those of DejaVu Sans, the widest of the usual sans-serif fonts: text in Helvetica or Arial takes up to 15 %
/// less, so what fits here fits there too.
package enum TextMetrics {
    /// Thousandths of the font size, U+0020 to U+007E (DejaVu Sans 2.37, advance widths of its hmtx table).
    private static let advances: [Double] = [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
        636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
        1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
        603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
        500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
        635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ]

    /// What `text`, as it is drawn, takes in pixels at the font size `size`.
    package static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
        let thousandths = text.unicodeScalars.reduce(0.0) { $0 + advance($1) }
        return thousandths / 1000 * size * (isBold ? 1.12 : 1)
    }

    /// `text` with its middle left out ("open_llama…ct-v2") where it is wider than `width`: names differ at both ends.
    package static func shortened(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> String {
        let text = Escaping.visible(text)
        guard self.width(text, size: size, isBold: isBold) > width else { return text }
        let characters = Array(text)
        func candidate(_ kept: Int) -> String {
            String(characters.prefix((kept + 1) / 2)) + "…" + String(characters.suffix(kept / 2))
        }
        // The width grows with the number of characters kept.
        var low = 0
        var high = characters.count
        while low < high {
            let middle = (low + high + 1) / 2
            if self.width(candidate(middle), size: size, isBold: isBold) <= width {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return candidate(low)
    }

    /// `text` broken at spaces into lines of at most `width`, no more than `limit` of them; what is too long is shortened.
    package static func lines(
        _ text: String, to width: Double, size: Double, isBold: Bool = false, limit: Int = 4
    ) -> [String] {
        func fits(_ line: String) -> Bool { self.width(line, size: size, isBold: isBold) <= width }
        let words = Escaping.visible(text).split(separator: " ")
        var lines: [String] = []
        var current = ""
        for (position, word) in words.enumerated() {
            let longer = current.isEmpty ? String(word) : current + " " + word
            if fits(longer) || current.isEmpty {
                current = longer
            } else if lines.count == limit - 1 {
                // The last line takes the rest.
                current += " " + words[position...].joined(separator: " ")
                break
            } else {
                lines.append(current)
                current = String(word)
            }
        }
        if !current.isEmpty { lines.append(current) }
        return lines.map { shortened($0, to: width, size: size, isBold: isBold) }
    }

    private static func advance(_ scalar: Unicode.Scalar) -> Double {
        switch scalar.value {
        case 0x20...0x7E: advances[Int(scalar.value) - 0x20]
        case 0x300...0x36F: 0
        case 0x2212: 838
        // Accented Latin, Greek and Cyrillic: no letter of theirs but a few capitals is wider.
        case 0xA0..<0x1100: 790
        case 0x2000..<0x2E80: 1000
        // East Asian and everything unknown.
        default: 1100
        }
    }
}
