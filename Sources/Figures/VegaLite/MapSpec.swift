extension MapChart {
    /// Points without axes; equal aspect as far as the data's extent is written into the size.
    var spec: VegaLiteSpec {
        let families = CategoryIndex(points.map(\.family))
        let rows: [JSONValue] = points.map { point in
            [
                "name": .string(point.name), "family": .string(point.family), "score": .number(point.score),
                "x": .number(point.x), "y": .number(point.y),
            ]
        }
        let (xs, ys) = (points.map(\.x).filter(\.isFinite), points.map(\.y).filter(\.isFinite))
        let across = (xs.max() ?? 1) - (xs.min() ?? 0)
        let along = (ys.max() ?? 1) - (ys.min() ?? 0)
        let ratio = across > 0 && along > 0 ? max(0.1, min(10, along / across)) : 1
        let colour: JSONValue
        if let colours {
            colour = [
                "field": "score", "type": "quantitative", "title": .string(colourTitle), "scale": colours.vegaScale,
            ]
        } else {
            colour = [
                "field": "family", "type": "nominal", "title": .string(familyTitle),
                "scale": VegaLiteSpec.scale(families.names, colours: families.names.indices.map(Palette.colour)),
            ]
        }
        func place(_ field: String) -> JSONValue {
            [
                "field": .string(field), "type": "quantitative", "axis": nil,
                "scale": ["zero": false, "nice": false, "padding": 20],
            ]
        }
        return VegaLiteSpec(
            text, caption: quality, summary: quality, rows: rows,
            body: [
                ("width", .number(width)), ("height", .number((width * ratio).rounded())),
                ("encoding", ["x": place("x"), "y": place("y")]), ("layer", [points(families, colour), Self.labels]),
            ])
    }

    private func points(_ families: CategoryIndex, _ colour: JSONValue) -> JSONValue {
        [
            "mark": [
                "type": "point", "filled": true, "size": 80, "opacity": 1, "stroke": "#333333", "strokeWidth": 0.6,
            ],
            "encoding": [
                "color": colour,
                "shape": [
                    "field": "family", "type": "nominal", "title": .string(familyTitle),
                    "scale": VegaLiteSpec.scale(families.names, markers: families.names.indices.map(Palette.marker)),
                ], "tooltip": [["field": "name"], ["field": "family"], ["field": "score"]],
            ],
        ]
    }

    /// Every point's name beside it.
    private static let labels: JSONValue = [
        "mark": ["type": "text", "align": "left", "dx": 7, "fontSize": 10, "limit": 150],
        "encoding": ["text": ["field": "name", "type": "nominal"]],
    ]
}
