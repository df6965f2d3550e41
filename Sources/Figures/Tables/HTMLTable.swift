extension DataTable {
    /// The table as HTML: column headers, the first column as row headers where it is text, numbers to four significant digits.
    package func html(caption: String? = nil) -> String {
        var output = "<table>\n"
        if let caption { output += "<caption>\(Escaping.markup(caption))</caption>\n" }
        let isNumeric = columns.indices.map { column in
            rows.contains { if case .text = $0[column] { false } else { true } }
        }
        output += "<thead><tr>"
        for (name, isNumeric) in zip(columns, isNumeric) {
            output += "<th scope=\"col\"\(isNumeric ? " class=\"number\"" : "")>\(Escaping.markup(name))</th>"
        }
        output += "</tr></thead>\n<tbody>\n"
        for row in rows {
            output += "<tr>"
            for (position, cell) in row.enumerated() { output += Self.html(cell, isFirst: position == 0) }
            output += "</tr>\n"
        }
        return output + "</tbody>\n</table>"
    }

    private static func html(_ cell: Cell, isFirst: Bool) -> String {
        switch cell {
        case .text(let text) where isFirst: "<th scope=\"row\">\(Escaping.markup(text))</th>"
        case .text(let text): "<td>\(Escaping.markup(text))</td>"
        case .number(let value) where value.isNaN: "<td class=\"number\">–</td>"
        case .number(let value): "<td class=\"number\">\(minus(NumberText.brief(value)))</td>"
        case .count(let count): "<td class=\"number\">\(minus(String(count)))</td>"
        case .missing: "<td class=\"number\">–</td>"
        }
    }

    /// With a minus sign instead of a hyphen, as wide as a figure.
    private static func minus(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }
}
