/// Numbers and names in rows: what a chart shows, for CSV and for the page.
package struct DataTable: Sendable, Hashable {
    /// One cell.
    package enum Cell: Sendable, Hashable {
        case text(String)
        /// NaN is a missing value.
        case number(Double)
        case count(Int)
        case missing
    }

    package var columns: [String]
    package private(set) var rows: [[Cell]] = []

    package init(columns: [String], rows: [[Cell]] = []) {
        self.columns = columns
        for row in rows { append(row) }
    }

    /// Adds a row of as many cells as there are columns.
    package mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row has a cell for each column")
        rows.append(row)
    }
}

extension DataTable.Cell: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(integerLiteral value: Int) { self = .count(value) }

    /// A number where there is one.
    package init(_ value: Double?) { self = value.map { .number($0) } ?? .missing }
}
