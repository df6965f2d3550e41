extension DataTable {
    /// The table as RFC 4180 asks: a header, CRLF after each row, quotes where they are needed; NaN is empty.
    package var csv: String {
        var output = ""
        CSVText.append(columns.map(CSVText.field), to: &output)
        for row in rows {
            CSVText.append(
                row.map { cell in
                    switch cell {
                    case .text(let text): CSVText.field(text)
                    case .number(let value): NumberText.exact(value)
                    case .count(let count): String(count)
                    case .missing: ""
                    }
                }, to: &output)
        }
        return output
    }
}

/// Fields of CSV that a spreadsheet does not run.
package enum CSVText {
    /// `text` as one field. What a spreadsheet would take for a formula gets an apostrophe in front, unless it is a number;
    /// control and bidirectional characters become U+FFFD.
    package static func field(_ text: String) -> String {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSpace = scalar == "\t" || scalar == "\n" || scalar == "\r"
            cleaned.append(!isSpace && Escaping.isHarmful(scalar) ? "\u{FFFD}" : scalar)
        }
        var field = String(cleaned)
        if isFormula(field) { field = "'" + field }
        guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
        // By code point: "\r\n" and a quote with an accent on it are one Character each.
        var quoted = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Whether a spreadsheet might calculate `text`; some drop leading blanks, and some take full-width signs.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first(where: { $0 != " " }) else { return false }
        guard "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else { return false }
        let isPlain = text.unicodeScalars.allSatisfy { "0123456789+-.eE".unicodeScalars.contains($0) }
        return !(isPlain && Double(text) != nil)
    }

    static func append(_ fields: [String], to output: inout String) {
        output += fields.joined(separator: ",")
        output += "\r\n"
    }
}
