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
        let decimals = columns.indices.map(decimals)
        for row in rows {
            output += "<tr>"
            for (position, cell) in row.enumerated() {
                output += Self.html(cell, isFirst: position == 0, decimals: decimals[position])
            }
            output += "</tr>\n"
        }
        return output + "</tbody>\n</table>"
    }

    /// As many digits after the point as the column's numbers need: the same in every row, so that they line up.
    private func decimals(_ column: Int) -> Int {
        let texts = rows.map { row in
            if case .number(let value) = row[column] { NumberText.brief(value) } else { "" }
        }
        return min(
            4, texts.map { $0.contains("e") ? 0 : $0.split(separator: ".").dropFirst().first?.count ?? 0 }.max() ?? 0)
    }

    private static func number(_ value: Double, decimals: Int) -> String {
        let brief = NumberText.brief(value)
        return brief.contains("e") || value.isInfinite ? brief : NumberText.fixed(value, decimals: decimals)
    }

    private static func html(_ cell: Cell, isFirst: Bool, decimals: Int) -> String {
        switch cell {
        case .text(let text) where isFirst: "<th scope=\"row\">\(Escaping.markup(text))</th>"
        case .text(let text): "<td>\(Escaping.markup(text))</td>"
        case .number(let value) where value.isNaN: "<td class=\"number\">–</td>"
        case .number(let value):
            "<td class=\"number\">\(NumberText.withMinusSign(number(value, decimals: decimals)))</td>"
        case .count(let count): "<td class=\"number\">\(NumberText.withMinusSign(String(count)))</td>"
        case .missing: "<td class=\"number\">–</td>"
        }
    }
}
