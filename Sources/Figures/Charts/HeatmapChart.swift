/// Values in rows and columns as colours: models against models, or layers against layers.
package struct HeatmapChart: Chart {
    /// The rows or the columns.
    package struct Side: Sendable {
        package var title: String
        package var names: [String]
        /// Whether the names are consecutive numbers, of which only some are written.
        package var isNumbered: Bool
        /// What all rows or columns are of, such as the model whose layers they are; nil where each is by itself.
        package var owner: String?

        /// Rows or columns with a name each.
        package init(_ title: String = "", names: [String]) {
            self.title = title
            self.names = names
            isNumbered = false
        }

        /// Rows or columns with a number each, such as layers.
        package init(_ title: String, numbers: [Int]) {
            self.title = title
            names = numbers.map(String.init)
            isNumbered = true
        }
    }

    /// Categories of the rows, drawn as a strip of colours beside them.
    package struct Families: Sendable {
        package var title: String
        /// One for each row.
        package var names: [String]

        package init(_ title: String, _ names: [String]) {
            self.title = title
            self.names = names
        }
    }

    package var text: ChartText
    package var rows: Side
    package var columns: Side
    /// rows x columns, row-major; NaN is missing and hatched.
    package var values: [Double]
    package var colours: ColourScale
    /// What the colours say: metric and unit.
    package var colourTitle: String
    /// Hatches the diagonal, where a model meets itself.
    package var hatchesDiagonal = false
    /// What a cell of the diagonal is, said beside the hatching.
    package var diagonalNote = "same model"
    /// Orders the rows, and where `ordersColumns` the columns too if their names are the same.
    package var dendrogram: Dendrogram?
    package var ordersColumns = true
    package var families: Families?
    /// The cell to mark, as row and column of `values`.
    package var best: (row: Int, column: Int)?
    /// Cells to mark by another number than the one that their colour shows.
    package var marks: Marks?
    /// What else is said of a cell where the pointer is.
    package var facts: [Fact] = []
    package var parts: Parts?
    /// Prints values in the cells where they fit.
    package var printsValues = true
    /// The edge of the square that the cells should fill, in pixels; many labels make it larger.
    package var plotSize = 540.0

    package init(
        _ text: ChartText, rows: Side, columns: Side, values: [Double], colours: ColourScale, colourTitle: String
    ) {
        self.text = text
        self.rows = rows
        self.columns = columns
        self.values = values
        self.colours = colours
        self.colourTitle = colourTitle
    }

    package func figure() -> Figure {
        precondition(values.count == rows.names.count * columns.names.count, "a value for each row and column")
        precondition(families.map { $0.names.count == rows.names.count } ?? true, "a family for each row")
        precondition(marks.map { $0.values.count == values.count } ?? true, "a number to mark by for each cell")
        precondition(facts.allSatisfy { $0.isWhole(values.count) }, "a fact for each cell")
        precondition(
            parts.map { $0.rows.count == values.count && $0.columns.count == values.count } ?? true,
            "parts for each cell")
        precondition(dendrogram.map { $0.order.count == rows.names.count } ?? true, "a leaf for each row")
        let cells = HeatmapCells(self)
        return Figure(
            text, HeatmapDrawing(self, cells).drawing(), spec(cells), table(cells), rowCount: values.count)
    }

    /// Rows against columns, as a reader looks them up; `Figure.table` has one row a cell.
    package var matrix: DataTable {
        let cells = HeatmapCells(self)
        return DataTable(
            columns: [rows.title] + cells.columnOrder.map { columns.names[$0] },
            rows: cells.rowOrder.indices.map { row in
                [.text(rows.names[cells.rowOrder[row]])]
                    + cells.columnOrder.indices.map { .number(cells.value(row, $0)) }
            })
    }

    private func table(_ cells: HeatmapCells) -> DataTable {
        var table = DataTable(
            columns: ["row", "column"] + (families == nil ? [] : ["row_family"]) + ["value"]
                + (marks.map { [$0.title] } ?? []))
        for (row, original) in cells.rowOrder.enumerated() {
            let family = families.map { [DataTable.Cell.text($0.names[original])] } ?? []
            for (column, name) in cells.columnOrder.enumerated() {
                table.append(
                    [.text(rows.names[original]), .text(columns.names[name])] + family
                        + [.number(cells.value(row, column))]
                        + (marks.map { [.number(cells.original($0.values, row, column))] } ?? []))
            }
        }
        return table
    }
}
