extension HeatmapChart {
    /// Cells as rectangles in the order of the drawing, values to six digits; the dendrogram has no counterpart.
    func spec(_ cells: HeatmapCells) -> VegaLiteSpec {
        var rowsOfData: [JSONValue] = []
        for (row, original) in cells.rowOrder.enumerated() {
            for (column, name) in cells.columnOrder.enumerated() {
                var members: [(String, JSONValue)] = [
                    ("row", .string(rows.names[original])), ("column", .string(columns.names[name])),
                    ("value", .number(NumberText.rounded(cells.value(row, column), significant: 6))),
                ]
                if let families { members.append(("family", .string(families.names[original]))) }
                rowsOfData.append(.object(members))
            }
        }
        let step = HeatmapLayout(self, cells).cell
        var tooltip: JSONValue = [["field": "row"], ["field": "column"], ["field": "value", "format": ".4f"]]
        if families != nil, case .array(let fields) = tooltip { tooltip = .array(fields + [["field": "family"]]) }
        return VegaLiteSpec(
            text, summary: colourTitle, rows: rowsOfData,
            body: [
                ("width", ["step": .number(step)]), ("height", ["step": .number(step)]), ("mark", "rect"),
                (
                    "encoding",
                    [
                        "x": ["field": "column", "type": "nominal", "sort": nil, "title": .string(columns.title)],
                        "y": ["field": "row", "type": "nominal", "sort": nil, "title": .string(rows.title)],
                        "color": [
                            "field": "value", "type": "quantitative", "title": .string(colourTitle),
                            "scale": colours.vegaScale,
                        ], "tooltip": tooltip,
                    ]
                ),
            ])
    }
}
