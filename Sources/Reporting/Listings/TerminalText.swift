internal import Foundation

/// Text that came from a file, made safe for a terminal.
package enum TerminalText {
    /// Control characters, which could move the cursor or change colours, and separators of lines become "?".
    package static func safe(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "?"
                    default: scalar
                    }
                }))
    }

    /// The width of the terminal behind `descriptor`; 100 where it is none.
    package static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 100 }
        return Int(size.ws_col)
    }

    /// Whether text there may be dimmed: it is a terminal, and nobody asked for plain text (no-color.org).
    package static func hasStyles(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

/// Columns of text with a ruled header.
package struct TextTable {
    private let header: [String]
    private let rows: [[String]]
    /// How many columns at the left hold text; the others hold numbers and are set flush right.
    private let textColumns: Int
    /// Whether a cell is dimmed, by its row and column.
    private let isFaint: (Int, Int) -> Bool

    package init(
        header: [String], rows: [[String]], textColumns: Int = 1,
        isFaint: @escaping (_ row: Int, _ column: Int) -> Bool = { _, _ in false }
    ) {
        self.header = header
        self.rows = rows
        self.textColumns = textColumns
        self.isFaint = isFaint
    }

    /// The table, cut into panels of columns where it is wider than `width`; the first column stands in every panel.
    package func text(width: Int) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        var panels: [[Int]] = []
        var panel = [0]
        var used = widths[0]
        for column in header.indices.dropFirst() {
            if used + 2 + widths[column] > width, panel.count > 1 {
                panels.append(panel)
                panel = [0]
                used = widths[0]
            }
            panel.append(column)
            used += 2 + widths[column]
        }
        panels.append(panel)
        return panels.map { columns in
            all.enumerated().map { number, row in
                var cells = columns.map { pad(row[$0], to: widths[$0], left: $0 < textColumns) }
                while let last = cells.popLast() {
                    let end = last.reversed().drop { $0 == " " }.reversed()
                    guard end.isEmpty else {
                        cells.append(String(end))
                        break
                    }
                }
                for (place, column) in columns.prefix(cells.count).enumerated()
                where number > 0 && !row[column].isEmpty && isFaint(number - 1, column) {
                    cells[place] = "\u{1B}[2m\(cells[place])\u{1B}[22m"
                }
                return cells.joined(separator: "  ") + "\n"
            }.joined()
        }.joined(separator: "\n")
    }

    private func pad(_ text: String, to width: Int, left: Bool) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? text + space : space + text
    }
}
