extension HeatmapChart {
    /// A number of every cell that is read where the pointer is, besides the one that its colour shows.
    package struct Fact: Sendable {
        package var title: String
        /// rows x columns, row-major; NaN is missing.
        package var values: [Double]
        /// The upper ends of what is a range, likewise; `values` are the lower ones then.
        package var upper: [Double]?

        /// How many significant digits are said.
        package var digits: Int

        package init(_ title: String, _ values: [Double], to upper: [Double]? = nil, digits: Int = 4) {
            self.title = title
            self.values = values
            self.upper = upper
            self.digits = digits
        }

        /// What is said of these cells: their numbers, and the upper ends where these are ranges.
        func packed(_ cells: [Int]) -> [JSONValue] {
            [values, upper].compactMap(\.self).map { numbers in
                PackedTexts(
                    cells.map { NumberText.reading(NumberText.rounded(numbers[$0], significant: digits)) }
                ).value
            }
        }

        func isSame(_ cell: Int, _ other: Int) -> Bool {
            func isSame(_ values: [Double]) -> Bool {
                values[cell] == values[other] || (values[cell].isNaN && values[other].isNaN)
            }
            return isSame(values) && (upper.map(isSame) ?? true)
        }

        func isWhole(_ count: Int) -> Bool { values.count == count && (upper.map { $0.count == count } ?? true) }
    }

    /// Which part of a row and of a column a cell is about, such as the layers of two models that attain the score.
    package struct Parts: Sendable {
        /// rows x columns, row-major; empty where none is known.
        package var rows: [String]
        package var columns: [String]

        package init(rows: [String], columns: [String]) {
            self.rows = rows
            self.columns = columns
        }
    }
}
