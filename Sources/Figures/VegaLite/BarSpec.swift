extension BarChart {
    /// Bars or points in the given order, and a rule for each interval.
    var spec: VegaLiteSpec {
        let rows: [JSONValue] = bars.map { bar in
            var members: [(String, JSONValue)] = [
                ("label", .string(bar.label)), ("value", .number(bar.value)),
                ("n", bar.n.map { .number(Double($0)) } ?? .null),
            ]
            for (index, interval) in bar.intervals.enumerated() {
                members += [("lower\(index)", .number(interval.lower)), ("upper\(index)", .number(interval.upper))]
            }
            return .object(members)
        }
        let x: JSONValue = ["field": "label", "type": "nominal", "sort": nil, "title": .string(x.fullTitle)]
        let zero = style == .bars
        var layers: [JSONValue] = [
            [
                "mark": zero
                    ? ["type": "bar", "color": "#80c7ef"] : ["type": "point", "filled": true, "color": "#0072b2"],
                "encoding": [
                    "x": x, "y": VegaLiteSpec.channel("value", y, startsAtZero: zero),
                    "tooltip": [["field": "label"], ["field": "value"], ["field": "n"]],
                ],
            ]
        ]
        // The first, thick, lies below the others.
        for index in intervalNames.indices {
            layers.append([
                "mark": [
                    "type": "rule", "size": .number(index == 0 ? 3 : 1), "color": index == 0 ? "#333333" : "#d55e00",
                ],
                "encoding": [
                    "x": x, "y": VegaLiteSpec.channel("lower\(index)", y, startsAtZero: zero),
                    "y2": ["field": .string("upper\(index)")],
                ],
            ])
        }
        return VegaLiteSpec(
            text, rows: rows,
            body: [("width", .number(width)), ("height", .number(plotHeight)), ("layer", .array(layers))])
    }
}
