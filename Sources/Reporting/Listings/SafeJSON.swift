internal import Foundation

/// JSON that does no harm on a terminal: what could move its cursor or reorder its text is escaped, and still means the same.
enum SafeJSON {
    /// A document of many lines.
    static func document(_ value: some Encodable) throws -> String {
        try encode(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    }

    /// A document of one line.
    static func line(_ value: some Encodable) throws -> String {
        try encode(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static let escaped: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]

    private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars {
            // The only control characters outside of texts are the line ends of the document.
            if scalar != "\n", escaped.contains(scalar.properties.generalCategory) {
                for unit in String(scalar).utf16 { text.append(contentsOf: escape(unit).unicodeScalars) }
            } else {
                text.append(scalar)
            }
        }
        return String(text) + "\n"
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension Double {
    /// The number, or nil where JSON has none for it.
    var finite: Double? { isFinite ? self : nil }
}
