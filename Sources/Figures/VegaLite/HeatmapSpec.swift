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
                if let marks { members.append(("mark", .number(cells.original(marks.values, row, column)))) }
                rowsOfData.append(.object(members))
            }
        }
        let step = HeatmapLayout(self, cells).cell
        var tooltip: JSONValue = [["field": "row"], ["field": "column"], ["field": "value", "format": ".4f"]]
        if families != nil, case .array(let fields) = tooltip { tooltip = .array(fields + [["field": "family"]]) }
        if let marks, case .array(let fields) = tooltip {
            tooltip = .array(fields + [["field": "mark", "title": .string(marks.title)]])
        }
        let x: JSONValue = ["field": "column", "type": "nominal", "sort": nil, "title": .string(columns.title)]
        let y: JSONValue = ["field": "row", "type": "nominal", "sort": nil, "title": .string(rows.title)]
        let coloured: [(String, JSONValue)] = [
            ("mark", "rect"),
            (
                "encoding",
                [
                    "x": x, "y": y,
                    "color": [
                        "field": "value", "type": "quantitative", "title": .string(colourTitle),
                        "scale": colours.vegaScale,
                    ], "tooltip": tooltip,
                ]
            ),
        ]
        let size: [(String, JSONValue)] = [
            ("width", ["step": .number(step)]), ("height", ["step": .number(step)]),
        ]
        guard let marks, marks.isDrawn else {
            return VegaLiteSpec(text, summary: colourTitle, rows: rowsOfData, body: size + coloured)
        }
        let strong = NumberText.exact(marks.strong)
        var layers: [JSONValue] = [
            .object(coloured), Self.marked("datum.mark <= \(strong)", isFilled: true, step, x, y),
        ]
        var caption = "dots: \(marks.title) ≤ \(strong)"
        if let weak = marks.weak.map(NumberText.exact) {
            layers.append(
                Self.marked("datum.mark > \(strong) && datum.mark <= \(weak)", isFilled: false, step, x, y))
            caption += ", rings: \(marks.title) ≤ \(weak)"
        }
        return VegaLiteSpec(
            text, caption: caption, summary: colourTitle, rows: rowsOfData, body: size + [("layer", .array(layers))])
    }

    /// White within black, seen on every colour; rings are open.
    private static func marked(
        _ test: String, isFilled: Bool, _ step: Double, _ x: JSONValue, _ y: JSONValue
    ) -> JSONValue {
        [
            "transform": [["filter": .string("isValid(datum.value) && isValid(datum.mark) && \(test)")]],
            "mark": [
                "type": "point", "filled": true, "fill": .string(isFilled ? "#0d0d0d" : "#ffffff"),
                "stroke": .string(isFilled ? "#ffffff" : "#0d0d0d"), "strokeWidth": 1, "opacity": 1,
                "size": .number(max(4, min(30, 0.15 * step * step))),
            ], "encoding": ["x": x, "y": y],
        ]
    }
}
