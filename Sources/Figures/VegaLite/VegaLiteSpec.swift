/// A Vega-Lite v6 specification with its data inline.
struct VegaLiteSpec: Sendable {
    var title: String
    /// One line each.
    var subtitles: [String]
    var description: String
    /// Rows of named values; the names are ours, never from a file.
    var rows: [JSONValue]
    /// What stands beside title and data: mark and encoding, or layers.
    var body: [(String, JSONValue)]

    init(
        _ chart: ChartText, caption: String = "", summary: String = "", rows: [JSONValue], body: [(String, JSONValue)]
    ) {
        title = chart.title
        subtitles = [chart.subtitle, caption].filter { !$0.isEmpty }.map(Escaping.visible)
        description = chart.spoken(summary)
        self.rows = rows
        self.body = body
    }

    /// The specification as JSON text.
    var text: String {
        let members: [(String, JSONValue)] = [
            ("$schema", "https://vega.github.io/schema/vega-lite/v6.json"),
            (
                "title",
                [
                    "text": .string(Escaping.visible(title)), "subtitle": .array(subtitles.map { .string($0) }),
                    "anchor": "start",
                ]
            ),
            ("description", .string(Escaping.visible(description))),
            ("data", ["values": .array(rows)]),
        ]
        let whole = JSONValue.object(members + body + [("config", Self.configuration)])
        return VegaText.safe(whole).text() + "\n"
    }

    private static let configuration: JSONValue = [
        "view": ["stroke": nil], "axis": ["gridColor": "#e8e8e8", "titleFontWeight": "normal"],
        "legend": ["titleFontWeight": "normal"],
    ]

    /// Colours for categories in the given order.
    static func scale(_ names: [String], colours: [Colour]) -> JSONValue {
        ["domain": .array(names.map(JSONValue.string)), "range": .array(colours.map { .string($0.hex) })]
    }

    /// Marker shapes for categories in the given order.
    static func scale(_ names: [String], markers: [Marker]) -> JSONValue {
        ["domain": .array(names.map(JSONValue.string)), "range": .array(markers.map { .string($0.vegaShape) })]
    }

    /// A quantitative channel of `field` along `axis`; the range does not start from zero unless told.
    static func channel(_ field: String, _ axis: Axis, startsAtZero: Bool = false) -> JSONValue {
        var scale: [(String, JSONValue)] = [("zero", .boolean(startsAtZero))]
        if axis.isLogarithmic { scale += [("type", "log"), ("nice", false)] }
        if axis.isReversed { scale.append(("reverse", true)) }
        if let domain = axis.domain {
            scale.append(("domain", [.number(domain.lowerBound), .number(domain.upperBound)]))
        }
        return [
            "field": .string(field), "type": "quantitative", "title": .string(axis.fullTitle), "scale": .object(scale),
        ]
    }
}
