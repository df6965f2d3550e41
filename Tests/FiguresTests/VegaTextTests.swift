import Foundation
import Testing

@testable import Figures

/// Names from files in Vega-Lite specifications: they arrive, stay different, and break neither JSON nor Vega's expressions.
struct VegaTextTests {
    @Test(arguments: hostileNames) func titlesFitIntoAnExpression(_ name: String) {
        let title = VegaText.title(name)
        #expect(!title.contains("\\") && !title.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x2028 })
        #expect(title.unicodeScalars.count == name.unicodeScalars.count)
    }

    @Test func namesStayDifferent() {
        let names = hostileNames + ["line␉break", "line  break tab", "line break tab"]
        #expect(Set(names.map(VegaText.label)).count == Set(names).count)
        #expect(VegaText.label("a\nb\u{7F}\u{202E}é\\\"") == "a␊b␡⟨U+202E⟩é\\\"")
    }

    private static func charts(_ names: [String]) -> [(name: String, figure: Figure, fields: [String])] {
        let text = ChartText(names[0], subtitle: names[1])
        let points = names.enumerated().map { ScatterChart.Point(x: Double($0), y: 1, name: $1, category: $1) }
        var scatter = ScatterChart(
            text, x: Axis(names[2]), y: Axis(names[3]), series: [.init(names[4], points: points)])
        scatter.categoryTitle = names[5]
        let bars = BarChart(
            text, x: Axis(names[2]), y: Axis(names[3]), bars: names.map { BarChart.Bar($0, value: 1) }, style: .bars)
        let lines = LineChart(
            text, x: Axis(names[2]), y: Axis(names[3]),
            curves: names.map { LineChart.Curve($0, x: [1, 2], y: [1, 2]) })
        return [
            ("scatter", scatter.figure(), ["name", "category"]), ("bars", bars.figure(), ["label"]),
            ("lines", lines.figure(), ["curve"]),
        ]
    }

    @Test(arguments: 0..<hostileNames.count) func everyLabelArrivesInEveryChart(_ shift: Int) throws {
        // Each name stands once in each of the places.
        let names = Array(hostileNames[shift...] + hostileNames[..<shift])
        for (chart, figure, fields) in Self.charts(names) {
            #expect(XMLContents(figure.svg).error == nil, "\(chart)")
            let rows = try vegaRows(figure)
            for field in fields {
                #expect(
                    Set(rows.compactMap { $0[field] as? String }) == Set(names.map(VegaText.label)),
                    "\(chart), \(field)")
            }
            let json = try JSONSerialization.jsonObject(with: Data(figure.vegaLite.utf8))
            for title in titles(json) { #expect(VegaText.title(title) == title, "\(chart)") }
        }
    }

    /// Every text called "title" below the document, which is what goes into expressions.
    private func titles(_ json: Any) -> [String] {
        switch json {
        case let object as [String: Any]:
            object.flatMap { key, value in (key == "title" ? [value as? String].compactMap(\.self) : []) + titles(value)
            }
        case let array as [Any]: array.flatMap(titles)
        default: []
        }
    }
}
