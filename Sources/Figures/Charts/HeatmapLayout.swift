/// Where the parts of a heatmap lie from left to right, and how large its cells and texts are.
struct HeatmapLayout: Sendable {
    let cell: Double
    let labelSize: Double
    let rowLabels: [String]
    let columnLabels: [String]
    let isColumnUpright: Bool
    /// Of the axis title at the very left.
    let titleX: Double
    let treeX: Double
    let stripX: Double
    let cellsX: Double
    let width: Double
    /// Whether the rows' title stands above them: beside few rows there is no room for it.
    let isRowTitleAbove: Bool

    static let treeWidth = 72.0
    static let stripWidth = 9.0
    private static let longestLabel = 210.0

    init(_ chart: HeatmapChart, _ cells: HeatmapCells) {
        let count = max(1, chart.rows.names.count, chart.columns.names.count)
        let isNumbered = chart.rows.isNumbered && chart.columns.isNumbered
        // With a label on every row, the row has to be as high as legible text.
        let least = isNumbered ? 3.0 : 9
        cell = max(least, min(46, (chart.plotSize / Double(count)).rounded(.down)))
        let size =
            isNumbered ? Ink.bodySize - 0.5 : max(Ink.smallestSize, min(11, (cell * 0.84 * 2).rounded(.down) / 2))
        labelSize = size
        rowLabels = cells.rowOrder.map {
            TextMetrics.shortened(chart.rows.names[$0], to: Self.longestLabel, size: size)
        }
        columnLabels = cells.columnOrder.map {
            TextMetrics.shortened(chart.columns.names[$0], to: Self.longestLabel, size: size)
        }
        let widestColumn = columnLabels.map { TextMetrics.width($0, size: size) }.max() ?? 0
        isColumnUpright = !chart.columns.isNumbered && widestColumn > cell - 4
        let widestRow = rowLabels.map { TextMetrics.width($0, size: size) }.max() ?? 0

        let (rowCount, columnCount) = (chart.rows.names.count, chart.columns.names.count)
        isRowTitleAbove =
            (rowCount <= 2 || 2 * rowCount < columnCount)
            && TextMetrics.width(chart.rows.title, size: Ink.axisTitleSize) > cell * Double(rowCount)
        var x = ChartHeader.margin
        titleX = x + Ink.axisTitleSize / 2
        if !chart.rows.title.isEmpty, !isRowTitleAbove { x += Ink.axisTitleSize + 6 }
        if chart.rows.isNumbered { x += widestRow + 7 }
        treeX = x
        if chart.dendrogram != nil { x += Self.treeWidth + 4 }
        stripX = x
        if chart.families != nil { x += Self.stripWidth + 3 }
        cellsX = x
        let right = x + cell * Double(columnLabels.count) + (chart.rows.isNumbered ? 0 : 6 + widestRow)
        width = max(340, right + ChartHeader.margin)
    }

    /// The box of the cells `columns` of `row`, the first row beginning at `top`.
    func box(_ row: Int, _ columns: Range<Int>, top: Double) -> PlotBox {
        PlotBox(
            left: cellsX + Double(columns.lowerBound) * cell, top: top + Double(row) * cell,
            width: Double(columns.count) * cell, height: cell)
    }

    /// The height that column labels take below the cells.
    var columnLabelHeight: Double {
        isColumnUpright ? columnLabels.map { TextMetrics.width($0, size: labelSize) }.max() ?? 0 : labelSize
    }

    /// Every how many numbers one is written, so that they stand `room` apart.
    func stride(room: Double) -> Int {
        [1, 2, 5, 10, 20, 50, 100].first { Double($0) * cell >= room } ?? 200
    }
}
