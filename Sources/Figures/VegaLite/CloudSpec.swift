extension CloudChart {
    /// The three views beside one another, each point in its colour.
    var spec: VegaLiteSpec {
        let rows: [JSONValue] = points.map { point in
            [
                "name": .string(point.name), "colour": .string(point.colour.hex), "x": .number(point.place.x),
                "y": .number(point.place.y), "z": .number(point.place.z),
            ]
        }
        let fields = ["x", "y", "z"]
        let views: [JSONValue] = Self.views.map { across, up in
            [
                "width": 280, "height": 280,
                "mark": [
                    "type": "point", "filled": true, "size": 80, "opacity": 1, "stroke": "#333333", "strokeWidth": 0.6,
                ],
                "encoding": [
                    "x": VegaLiteSpec.channel(fields[across], Axis(axes[across])),
                    "y": VegaLiteSpec.channel(fields[up], Axis(axes[up])),
                    "color": ["field": "colour", "type": "nominal", "scale": nil, "legend": nil],
                    "tooltip": [["field": "name"], ["field": "colour"]],
                ],
            ]
        }
        return VegaLiteSpec(text, rows: rows, body: [("hconcat", .array(views))])
    }
}
