import Foundation
import Testing

@testable import Figures

struct HeatmapChartTests {
    private static func chart(_ n: Int, names: [String]? = nil) -> HeatmapChart {
        var numbers = TestNumbers(seed: UInt64(n))
        var values = (0..<(n * n)).map { _ in numbers.next() }
        if n > 2 { values[1] = .nan }
        let names = names ?? modelNames(n)
        var chart = HeatmapChart(
            ChartText("Alignment", subtitle: "n = 1024"), rows: .init("Model", names: names),
            columns: .init("Model", names: names), values: values, colours: ColourScale(over: 0...1),
            colourTitle: "mutual k-NN")
        chart.hatchesDiagonal = true
        chart.families = .init("Family", (0..<n).map { "family \($0 % 9)" })
        chart.best = (0, n - 1)
        let merges = (0..<max(0, n - 1)).map {
            Dendrogram.Merge($0 == 0 ? 0 : n + $0 - 1, $0 + 1, height: Double($0 + 1))
        }
        chart.dendrogram = Dendrogram(merges: merges, order: Array((0..<n).reversed()))
        return chart
    }

    @Test(arguments: [1, 2, 10, 78, 200]) func soundAtEverySize(_ n: Int) {
        let figure = Self.chart(n).figure()
        expectSound(figure)
        let contents = XMLContents(figure.svg)
        #expect(contents.cellPaths <= 64)
        #expect(contents.count("path") < 100)
        if n == 200 { #expect(contents.cellPaths == 64) }
        #expect(figure.labels.count { $0.role == .category } == 2 * n)
    }

    @Test func namesFromAFileAreEscaped() {
        expectSound(Self.chart(hostileNames.count, names: hostileNames).figure())
    }

    @Test func rowsAndColumnsFollowTheLeaves() {
        var chart = Self.chart(3, names: ["a", "b", "c"])
        chart.values = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
        chart.families = nil
        chart.dendrogram = Dendrogram(merges: [.init(0, 2, height: 1), .init(3, 1, height: 2)], order: [2, 0, 1])
        #expect(
            chart.figure().table.csv.replacing("\r\n", with: ";")
                == "row,column,value;c,c,;c,a,0.6;c,b,0.7;a,c,0.2;a,a,;a,b,0.1;b,c,0.5;b,a,0.3;b,b,;")
        #expect(chart.matrix.csv == "Model,c,a,b\r\nc,,0.6,0.7\r\na,0.2,,0.1\r\nb,0.5,0.3,\r\n")
        var others = chart
        others.columns.names = ["x", "y", "z"]
        #expect(others.matrix.csv.hasPrefix("Model,x,y,z\r\nc,0.6,0.7,\r\n"))
        chart.ordersColumns = false
        #expect(chart.matrix.csv.hasPrefix("Model,a,b,c\r\nc,0.6,0.7,\r\n"))
    }

    @Test func cellsOfAStepShareAPath() {
        let chart = HeatmapChart(
            ChartText("t"), rows: .init(names: ["a", "b"]), columns: .init(names: ["x", "y", "z"]),
            values: [0, 0, 1, 1, .nan, 0], colours: ColourScale(over: 0...1, steps: 2), colourTitle: "c")
        let cells = HeatmapCells(chart)
        let steps = cells.steps(chart.colours) { row, columns in
            PlotBox(left: Double(columns.lowerBound), top: Double(row), width: Double(columns.count), height: 1)
        }
        #expect(
            steps[0] == [
                PlotBox(left: 0, top: 0, width: 2, height: 1), PlotBox(left: 2, top: 1, width: 1, height: 1),
            ])
        #expect(
            steps[1] == [
                PlotBox(left: 2, top: 0, width: 1, height: 1), PlotBox(left: 0, top: 1, width: 1, height: 1),
            ])
        #expect(cells.missing.map { [$0.row, $0.column] } == [[1, 1]])
        let svg = chart.figure().svg
        #expect(XMLContents(svg).cellPaths == 2)
        #expect(svg.contains(">1.000</text>"))
    }

    /// Rows are drawn from below: marks go with their cells. Where there is no value there is no mark, and limits belong to what they limit.
    @Test func cellsOfLowNumbersAreMarked() throws {
        var chart = HeatmapChart(
            ChartText("t"), rows: .init(names: ["a", "b"]), columns: .init(names: ["x", "y", "z"]),
            values: [1, .nan, 0, 0, 0, 1], colours: ColourScale(over: 0...1, steps: 2), colourTitle: "c")
        chart.dendrogram = Dendrogram(merges: [.init(0, 1, height: 1)], order: [1, 0])
        chart.ordersColumns = false
        let unmarked = chart.figure()
        #expect(!unmarked.svg.contains("class=\"marks\"") && !unmarked.table.csv.contains("p"))
        chart.marks = .init("p", values: [0.001, 0.001, .nan, 0.0005, 0.05, 0.3], strong: 0.001, weak: 0.05)
        let figure = chart.figure()
        expectSound(figure)
        let marks = try #require(figure.svg.split(separator: "class=\"marks\"").last?.split(separator: "</g>").first)
        let paths = marks.matches(of: /d="([^"]*)" stroke="([^"]*)" stroke-width="([^"]*)"/).map {
            (place: String($0.1), ink: String($0.2), width: Double($0.3) ?? .nan)
        }
        // Dark on the light cell; light on the dark ones, where the ring of y is a dot with a smaller dark one within.
        #expect(paths.map(\.place) == ["M0 1h0", "M0 0h0", "M1 0h0", "M1 0h0"])
        #expect(paths.map(\.ink) == ["#0d0d0d", "#ffffff", "#ffffff", "#0d0d0d"])
        #expect(paths[1].width == paths[2].width && paths[3].width < 0.7 * paths[2].width && paths[3].width > 0)
        #expect(figure.labels.filter { $0.role == .legend }.map(\.text).suffix(2) == ["p ≤ 0.001", "p ≤ 0.05"])
        #expect(figure.svg.contains("2 marked for p of at most 0.001, 1 more for at most 0.05"))
        #expect(figure.table.csv.replacing("\r\n", with: ";").hasPrefix("row,column,value,p;b,x,0,0.0005;b,y,0,0.05;"))
        #expect(try vegaRows(figure).count == 6)
    }

    /// Marks share paths however many there are, and stand beside the numbers of large cells.
    @Test(arguments: [2, 12, 60, 200]) func marksFitTheirCells(_ n: Int) throws {
        var chart = Self.chart(n)
        chart.marks = .init(
            "p", values: (0..<(n * n)).map { [0.001, 0.02, 0.5][$0 % 3] }, strong: 0.001, weak: 0.05)
        let figure = chart.figure()
        expectSound(figure)
        let marks = try #require(figure.svg.split(separator: "class=\"marks\"").last?.split(separator: "</g>").first)
        #expect(marks.count { $0 == "d" } > 0 && marks.components(separatedBy: "<path").count - 1 <= 6)
        let match = try #require(marks.firstMatch(of: /translate\(([0-9.]+) ([0-9.]+)\) scale\(([0-9.]+)\)/))
        let (left, top, size) = (Double(match.1) ?? .nan, Double(match.2) ?? .nan, Double(match.3) ?? .nan)
        let numbers = figure.labels.filter { $0.role == .cell }
        let diameter = try #require(marks.firstMatch(of: /stroke-width="([0-9.]+)"/).flatMap { Double($0.1) }) * size
        #expect(diameter >= 1.4 && diameter < 0.6 * size)
        for number in numbers {
            // The mark of the cell that the number is in.
            let x = left + ((number.box.centre.x - left) / size).rounded() * size
            let y = top + ((number.box.centre.y - top) / size).rounded() * size
            #expect(y + diameter / 2 < number.box.top || x - diameter / 2 > number.box.right, "\(number)")
        }
        #expect(numbers.isEmpty == (n > 12))
    }

    @Test func layersAreNumbered() throws {
        let (x, y) = (31, 23)
        let chart = HeatmapChart(
            ChartText("Layers"), rows: .init("Layer of a", numbers: Array(0..<x)),
            columns: .init("Layer of b", numbers: Array(0..<y)), values: (0..<(x * y)).map { Double($0) / 713 },
            colours: ColourScale(.cividis, over: 0...1), colourTitle: "c")
        let figure = chart.figure()
        expectSound(figure)
        #expect(figure.labels.contains { $0.role == .tick && $0.text == "30" })
        #expect(!figure.labels.contains { $0.role == .category })
        #expect(try vegaRows(figure).count == 713)
    }

    @Test func dendrogramReachesItsLeaves() {
        let tree = Dendrogram(merges: [.init(0, 1, height: 1), .init(3, 2, height: 2)], order: [1, 0, 2])
        let path = tree.path(in: PlotBox(left: 0, top: 0, width: 100, height: 30)).text
        // Leaves 1, 0, 2 at 5, 15, 25; the first merge half way, between its leaves at 10.
        #expect(path == "M100 15L50 15L50 5L100 5M50 10L0 10L0 25L100 25")
    }

    /// Models at no distance from one another are joined at the leaves.
    @Test(arguments: [[0.0, 0], [0, 2], [.nan, 1]]) func heightsOfNothingAreAtTheLeaves(_ heights: [Double]) {
        let tree = Dendrogram(
            merges: [.init(0, 1, height: heights[0]), .init(3, 2, height: heights[1])], order: [1, 0, 2])
        let path = tree.path(in: PlotBox(left: 0, top: 0, width: 100, height: 30)).text
        let first = heights[0].isNaN ? "0" : "100"
        #expect(path.hasPrefix("M100 15L\(first) 15L\(first) 5L100 5"), "\(path)")
        #expect(path.contains(heights[1] == 0 ? "L100 10L100 25" : "L0 10L0 25"), "\(path)")
    }

    /// All scores are one number: it stands in the middle of the scale, as its colour does.
    @Test(arguments: [1, 0, 0.3333]) func aScaleOfOneValueHasItsNumber(_ value: Double) throws {
        var chart = Self.chart(3)
        chart.values = Array(repeating: value, count: 9)
        chart.colours = ColourScale(over: value...value)
        chart.printsValues = false
        let figure = chart.figure()
        expectSound(figure)
        let label = try #require(figure.labels.first { $0.role == .tick })
        #expect(Double(label.text) == value)
        let bar = min(256, (figure.width - 24) * 0.7)
        #expect(abs(label.box.centre.x - (12 + bar / 2)) < 1)
    }

    @Test func fewRowsHaveTheirTitleAbove() {
        func titles(_ rows: Int) -> [PlacedLabel] {
            let chart = HeatmapChart(
                ChartText("t"), rows: .init("layer of a_model", names: (0..<rows).map { "\($0) block" }),
                columns: .init("layer of b", names: (0..<12).map { "\($0) block" }),
                values: (0..<(12 * rows)).map { Double($0) / 144 }, colours: ColourScale(over: 0...1), colourTitle: "c")
            let figure = chart.figure()
            expectSound(figure)
            return figure.labels.filter { $0.role == .axisTitle }
        }
        #expect(titles(12).map(\.text) == ["layer of a_model", "layer of b"])
        let few = titles(1)
        #expect(few.map(\.text) == ["rows: layer of a_model", "layer of b"])
        #expect(few[0].box.width > few[0].box.height && few[0].box.bottom < few[1].box.top)
    }

    /// Entries of a further row stand below the first entry, not below the title.
    @Test func aLegendOfSeveralRowsLinesUp() throws {
        var chart = Self.chart(12)
        chart.plotSize = 60
        let labels = chart.figure().labels.filter { $0.role == .legend && $0.text.hasPrefix("family ") }
        let rows = Dictionary(grouping: labels) { $0.box.top }.values.map { $0.map(\.box.left).min() ?? 0 }
        #expect(rows.count > 1 && Set(rows).count == 1, "\(rows)")
    }

    @Test func sameBytes() { #expect(Self.chart(20).figure().svg == Self.chart(20).figure().svg) }
}
