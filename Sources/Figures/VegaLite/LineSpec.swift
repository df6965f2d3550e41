extension LineChart {
    /// Bands or error bars below lines with points, and the reference line.
    var spec: VegaLiteSpec {
        let rows: [JSONValue] = curves.flatMap { curve in
            curve.x.indices.map { position in
                let hasEdges = !curve.lower.isEmpty
                return [
                    "curve": .string(curve.name), "x": .number(curve.x[position]), "y": .number(curve.y[position]),
                    "lower": .number(hasEdges ? curve.lower[position] : .nan),
                    "upper": .number(hasEdges ? curve.upper[position] : .nan),
                ]
            }
        }
        let colour: JSONValue = [
            "field": "curve", "type": "nominal", "title": nil,
            "scale": VegaLiteSpec.scale(curves.map(\.name), colours: curves.indices.map(Palette.lineColour)),
        ]
        let x = VegaLiteSpec.channel("x", x)
        var layers: [JSONValue] = []
        if curves.contains(where: { !$0.lower.isEmpty }) {
            layers.append([
                "transform": [["filter": "isValid(datum.lower)"]],
                "mark": uncertainty == .band ? ["type": "area", "opacity": 0.15] : ["type": "rule"],
                "encoding": [
                    "x": x, "y": VegaLiteSpec.channel("lower", y), "y2": ["field": "upper"],
                    "color": colour.withoutLegend,
                ],
            ])
        }
        layers.append([
            "mark": ["type": "line", "point": .boolean(hasMarkers)],
            "encoding": ["x": x, "y": VegaLiteSpec.channel("y", y), "color": colour],
        ])
        if let reference {
            layers.append([
                "data": ["values": [[:]]], "mark": ["type": "rule", "strokeDash": [4, 3], "color": "#595959"],
                "encoding": ["y": ["datum": .number(reference.value)]],
            ])
            layers.append([
                "data": ["values": [[:]]],
                "mark": ["type": "text", "align": "left", "dy": -7, "dx": 4, "color": "#4d4d4d"],
                "encoding": [
                    "y": ["datum": .number(reference.value)], "x": ["value": 0],
                    "text": ["value": .string(Escaping.visible(reference.label))],
                ],
            ])
        }
        return VegaLiteSpec(
            text, rows: rows,
            body: [
                ("width", .number(width)), ("height", .number(plotHeight)), ("layer", .array(layers)),
                ("resolve", ["scale": ["color": "independent"]]),
            ])
    }
}
