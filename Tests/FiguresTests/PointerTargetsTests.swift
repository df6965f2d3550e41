import Foundation
import Testing

@testable import Figures

struct PointerTargetsTests {
    /// As the page's script reads them.
    private static func unpacked(_ value: Any?, count: Int) throws -> [String] {
        let parts = try #require(value as? [String])
        let distinct = parts[0].components(separatedBy: "|")
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%()*+,-./:;=?@[]^_`{}~")
        let width = parts[1].count / max(1, count)
        let codes = Array(parts[1])
        return (0..<count).map { place in
            let code = codes[(place * width)..<((place + 1) * width)]
            return distinct[code.reduce(0) { $0 * digits.count + (digits.firstIndex(of: $1) ?? 0) }]
        }
    }

    private static func object(_ json: String?) throws -> [String: Any] {
        let data = Data(try #require(json).utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(arguments: [0, 1, 2, 86, 87, 5000, 7600]) func textsArePackedAndReadBack(_ distinct: Int) throws {
        let texts = (0..<(2 * distinct)).map { "\($0 * 7 % max(1, distinct))" }
        let json = PackedTexts(texts).value.text(depth: 0)
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        #expect(try Self.unpacked(value, count: texts.count) == texts)
    }

    private static func chart(_ values: [Double]) -> HeatmapChart {
        var chart = HeatmapChart(
            ChartText("t"), rows: .init(names: ["a", "b", "c"]), columns: .init(names: ["a", "b", "c"]), values: values,
            colours: ColourScale(over: 0...1), colourTitle: "score")
        chart.hatchesDiagonal = true
        chart.parts = .init(
            rows: (0..<9).map { "\($0 / 3 + 10 * ($0 % 3))" }, columns: (0..<9).map { "\($0 % 3 + 10 * ($0 / 3))" })
        return chart
    }

    /// Values, facts and parts in the order drawn; those of a matrix that is its own mirror image once.
    @Test func cellsSayWhatTheChartHas() throws {
        var chart = Self.chart([1, 0.1, 0.2, 0.1, 1, 0.3, 0.2, 0.3, 1])
        chart.facts = [
            .init("interval", [0, 1, 2, 1, 0, 3, 2, 3, 0], to: [9, 2, .nan, 2, 9, 4, .nan, 4, 9], digits: 3)
        ]
        chart.dendrogram = Dendrogram(merges: [.init(0, 2, height: 1), .init(3, 1, height: 2)], order: [2, 0, 1])
        var found = try Self.object(chart.figure().targets)
        #expect(found["rows"] as? [String] == ["c", "a", "b"] && found["half"] as? Bool == true)
        var facts = try #require(found["facts"] as? [[Any]])
        func texts(_ fact: Int, _ end: Int, count: Int) throws -> [String] {
            try Self.unpacked((facts[fact][1] as? [Any])?[end], count: count)
        }
        // Left of the diagonal: a with c, b with c, b with a.
        #expect(try texts(0, 0, count: 3) == ["0.2", "0.3", "0.1"])
        #expect(try texts(1, 0, count: 3) == ["2", "3", "1"] && texts(1, 1, count: 3) == ["", "4", "2"])
        #expect(try Self.unpacked(found["rowParts"], count: 3) == ["20", "21", "1"])
        #expect(try Self.unpacked(found["columnParts"], count: 3) == ["2", "12", "10"])
        chart.values[1] = 0.15
        found = try Self.object(chart.figure().targets)
        facts = try #require(found["facts"] as? [[Any]])
        #expect(found["half"] == nil)
        #expect(try texts(0, 0, count: 9) == ["1", "0.2", "0.3", "0.2", "1", "0.15", "0.3", "0.1", "1"])
    }

    @Test func marksStandWhereTheyAreDrawn() throws {
        let chart = ScatterChart(
            ChartText("t"), x: Axis("x", n: 2), y: Axis("y"),
            series: [
                .init("one", points: [.init(x: 1, y: -2, name: "<a>", category: "f")]),
                .init("two", points: [.init(x: 3, y: 4, name: "a, b", category: "g", subjects: ["a", "b"])]),
            ])
        let figure = chart.figure()
        let found = try Self.object(figure.targets)
        #expect(found["count"] as? Int == 2 && found["names"] as? [String] == ["<a>", "a", "b"])
        #expect(try Self.unpacked(found["name"], count: 2) == ["<a>", ""])
        #expect(try Self.unpacked(found["subjects"], count: 2) == ["0", "1,2"])
        let facts = try #require(found["facts"] as? [Any]).map { try Self.unpacked($0, count: 2) }
        #expect(facts == [["1", "3"], ["−2", "4"], ["one", "two"], ["f", "g"]])
        #expect(found["titles"] as? [String] == ["x", "y", "series", ""])
        let left = try Self.unpacked(found["left"], count: 2).compactMap(Double.init)
        let width = try Self.unpacked(found["width"], count: 2).compactMap(Double.init)
        let circle = try #require(
            XMLContents(figure.svg).attributes.last { $0["r"] == "4.5" }?["cx"].flatMap(Double.init))
        #expect(abs(left[0] + width[0] / 2 - circle) < 0.06)
        #expect(figure.targets?.contains("<") == false)
    }

    @Test(arguments: hostileNames) func hostileNamesStayText(_ name: String) throws {
        let heatmap = HeatmapChart(
            ChartText("t"), rows: .init(names: [name]), columns: .init(names: ["y"]), values: [1],
            colours: ColourScale(over: 0...1), colourTitle: name)
        let lines = LineChart(
            ChartText("t"), x: Axis(name), y: Axis("y"), curves: [.init(name, x: [1], y: [2], subjects: [name])])
        let bars = BarChart(
            ChartText("t"), x: Axis("x"), y: Axis(name), bars: [.init(name, value: 1, subjects: [name])])
        for figure in [heatmap.figure(), lines.figure(), bars.figure()] {
            let json = try #require(figure.targets)
            #expect(!json.contains("<") && !json.contains("]]>") && !json.contains("&"))
            _ = try Self.object(json)
        }
    }

    /// Twenty thousand points are dots of one path, and each can be met all the same.
    @Test func crowdsAreDots() throws {
        let points = (0..<2001).map {
            ScatterChart.Point(x: Double($0 % 50), y: Double($0), name: "p\($0)", isLabelled: false)
        }
        let figure = ScatterChart(ChartText("t"), x: Axis("x"), y: Axis("y"), series: [.init("s", points: points)])
            .figure()
        expectSound(figure)
        #expect(XMLContents(figure.svg).count("title") == 1 && figure.svg.utf8.count < 60_000)
        #expect(try Self.object(figure.targets)["count"] as? Int == 2001)
    }
}
