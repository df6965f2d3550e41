extension ScatterChart {
    /// Bands, lines and points as three layers over the same rows.
    var spec: VegaLiteSpec {
        var rows: [JSONValue] = []
        for one in series {
            for point in one.points {
                rows.append([
                    "kind": "point", "series": .string(one.name), "name": .string(point.name),
                    "category": .string(point.category ?? "other"), "x": .number(point.x), "y": .number(point.y),
                ])
            }
            guard let trend = one.trend else { continue }
            for position in trend.x.indices {
                let hasBand = !trend.lower.isEmpty
                rows.append([
                    "kind": "line", "series": .string(one.name), "x": .number(trend.x[position]),
                    "y": .number(trend.y[position]), "lower": .number(hasBand ? trend.lower[position] : .nan),
                    "upper": .number(hasBand ? trend.upper[position] : .nan),
                ])
            }
        }
        let bySeries: JSONValue = [
            "field": "series", "type": "nominal", "title": .string(seriesTitle),
            "scale": VegaLiteSpec.scale(series.map(\.name), colours: series.indices.map(Palette.lineColour)),
        ]
        let x = VegaLiteSpec.channel("x", x)
        let lines: JSONValue = [
            "transform": [["filter": "datum.kind === 'line'"]], "mark": "line",
            "encoding": [
                "x": x, "y": VegaLiteSpec.channel("y", y), "color": bySeries.withoutLegend,
            ],
        ]
        let bands: JSONValue = [
            "transform": [["filter": "datum.kind === 'line' && isValid(datum.lower)"]],
            "mark": ["type": "area", "opacity": 0.15],
            "encoding": [
                "x": x, "y": VegaLiteSpec.channel("lower", y), "y2": ["field": "upper"],
                "color": bySeries.withoutLegend,
            ],
        ]
        let points: JSONValue = [
            "transform": [["filter": "datum.kind === 'point'"]],
            "mark": ["type": "point", "filled": true, "size": 60, "opacity": 1],
            "encoding": .object(pointEncoding(x, bySeries)),
        ]
        let layers = series.contains { $0.trend != nil } ? [bands, lines, points] : [points]
        return VegaLiteSpec(
            text, rows: rows,
            body: [
                ("width", .number(width)), ("height", .number(plotHeight)), ("layer", .array(layers)),
                ("resolve", ["scale": ["color": "independent", "shape": "independent"]]),
            ])
    }

    private func pointEncoding(_ x: JSONValue, _ bySeries: JSONValue) -> [(String, JSONValue)] {
        var encoding: [(String, JSONValue)] = [
            ("x", x), ("y", VegaLiteSpec.channel("y", y)),
            (
                "tooltip",
                [["field": "name"], ["field": "series"], ["field": "category"], ["field": "x"], ["field": "y"]]
            ),
        ]
        guard let categories else { return encoding + [("color", bySeries)] }
        let markers = categories.names.indices.map(Palette.marker)
        let scale = VegaLiteSpec.scale(categories.names, markers: markers)
        encoding.append(
            ("shape", ["field": "category", "type": "nominal", "title": .string(categoryTitle), "scale": scale]))
        if series.count == 1 {
            let colours = VegaLiteSpec.scale(categories.names, colours: categories.names.indices.map(Palette.colour))
            encoding.append(
                ("color", ["field": "category", "type": "nominal", "title": .string(categoryTitle), "scale": colours]))
        } else {
            encoding.append(("color", bySeries))
        }
        return encoding
    }
}
