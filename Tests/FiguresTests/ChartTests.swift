import Testing

@testable import Figures

struct ScatterChartTests {
    private func chart(_ n: Int, series count: Int, isReversed: Bool = false) -> ScatterChart {
        var numbers = TestNumbers(seed: UInt64(n + count))
        let series = (0..<count).map { index -> ScatterChart.Series in
            let points = modelNames(n).enumerated().map { position, name in
                ScatterChart.Point(
                    x: numbers.next(), y: numbers.next(), name: name, category: "family \(position % 11)",
                    isLabelled: index == 0, isLabelRequired: index == 0 && position % 40 == 0)
            }
            let trend = TrendLine(x: [0, 0.5, 1], y: [0.2, 0.5, 0.8], lower: [0, 0.45, 0.6], upper: [0.4, 0.55, 1.1])
            return ScatterChart.Series("series \(index)", points: points, trend: trend)
        }
        return ScatterChart(
            ChartText("Scatter", subtitle: "Spearman 0.9"),
            x: Axis("Perplexity", unit: "bits", n: n, isReversed: isReversed), y: Axis("Alignment"), series: series)
    }

    @Test(arguments: [(0, 1), (1, 1), (10, 3), (78, 1), (200, 1), (40, 9)]) func sound(_ n: Int, _ series: Int) throws {
        let figure = chart(n, series: series).figure()
        expectSound(figure)
        #expect(figure.labels.count { $0.role == .point } + figure.droppedLabels.count == n)
        #expect(figure.table.rows.count == n * series + 3 * series)
        #expect(try vegaRows(figure).count == n * series + 3 * series)
        for position in stride(from: 0, to: n, by: 40) {
            #expect(!figure.droppedLabels.contains(modelNames(n)[position]))
        }
    }

    @Test func axesSayUnitAndCount() {
        let titles = chart(10, series: 1).figure().labels.filter { $0.role == .axisTitle }.map(\.text)
        #expect(titles == ["Alignment", "Perplexity (bits), n = 10"])
    }

    @Test func reversedAxisRunsToTheLeft() {
        func place(_ isReversed: Bool, _ text: String) -> Double {
            let ticks = chart(10, series: 1, isReversed: isReversed).figure().labels.filter { $0.role == .tick }
            // Those of the horizontal axis stand lowest.
            let lowest = ticks.map(\.box.top).max()
            return ticks.first { $0.text == text && $0.box.top == lowest }?.box.left ?? .nan
        }
        #expect(place(false, "0.2") < place(false, "0.8"))
        #expect(place(true, "0.2") > place(true, "0.8"))
    }

    @Test func valuesThatAreNotFiniteAreLeftOut() {
        var chart = chart(4, series: 1)
        chart.series[0].points[0].x = .nan
        chart.series[0].points[1].y = .infinity
        chart.series[0].trend?.y[1] = .nan
        chart.series[0].trend?.upper[0] = .infinity
        let figure = chart.figure()
        expectSound(figure)
        #expect(figure.labels.count { $0.role == .point } == 2)
    }

    @Test func namesFromAFileAreEscaped() {
        let points = hostileNames.enumerated().map {
            ScatterChart.Point(x: Double($0), y: Double($0), name: $1, category: $1)
        }
        var chart = ScatterChart(
            ChartText(hostileNames[0], subtitle: hostileNames[4]),
            x: Axis(hostileNames[1]), y: Axis(hostileNames[2]),
            series: [.init(hostileNames[3], points: points)])
        chart.categoryTitle = hostileNames[5]
        expectSound(chart.figure())
    }
}

struct LineChartTests {
    private func chart(_ count: Int, naming: LineChart.Naming = .automatic) -> LineChart {
        let ks: [Double] = [1, 10, 100, 1000]
        let curves = (0..<count).map { index in
            LineChart.Curve(
                modelNames(count)[index], x: ks, y: ks.indices.map { 0.1 + 0.001 * Double(index) + 0.1 * Double($0) },
                lower: ks.indices.map { 0.1 * Double($0) }, upper: ks.indices.map { 0.2 + 0.1 * Double($0) })
        }
        var chart = LineChart(
            ChartText("Curves"), x: Axis("k", isLogarithmic: true), y: Axis("Alignment"), curves: curves)
        chart.naming = naming
        chart.reference = .init(0.05, label: "chance")
        return chart
    }

    @Test(arguments: [0, 1, 5, 7, 16, 40]) func sound(_ count: Int) {
        let figure = chart(count).figure()
        expectSound(figure)
        #expect(figure.table.rows.count == 4 * count + 1)
        #expect(figure.labels.contains { $0.text == "chance" })
    }

    @Test func errorBarsAndLegend() {
        var chart = chart(3, naming: .legend)
        chart.uncertainty = .errorBars
        let figure = chart.figure()
        expectSound(figure)
        let plotTop = figure.labels.filter { $0.role == .tick }.map(\.box.top).min() ?? 0
        let legend = figure.labels.filter { $0.role == .legend && $0.text != "chance" }
        #expect(legend.count == 3 && legend.allSatisfy { $0.box.bottom < plotTop + 6 })
    }

    @Test func namesAreMovedApart() {
        #expect(LineDrawing.spread([10, 11, 12], apart: 5, from: 0, to: 100) == [10, 15, 20])
        #expect(LineDrawing.spread([98, 99, 100], apart: 5, from: 0, to: 100) == [90, 95, 100])
    }

    @Test func aConstantAndAnEmptyCurve() {
        var chart = chart(1)
        chart.curves = [.init("flat", x: [5], y: [0]), .init("none", x: [.nan, -1], y: [1, .nan])]
        expectSound(chart.figure())
    }
}

struct BarChartTests {
    private func chart(_ count: Int, _ style: BarChart.Style, sign: Double = 1) -> BarChart {
        let bars = (0..<count).map { index in
            let value = sign * (0.1 + 0.01 * Double(index))
            return BarChart.Bar(
                "bin \(index)", value: index == 1 ? .nan : value,
                intervals: index == 1 ? [] : [(value - 0.02, value + 0.02), (value - 0.04, value + 0.04)], n: index + 3)
        }
        return BarChart(
            ChartText("Bars"), x: Axis("Bin", unit: "%", n: 78), y: Axis("Mean alignment"), bars: bars,
            intervalNames: ["standard error", "jackknife"], style: style)
    }

    @Test(arguments: [0, 1, 5, 12, 60], [BarChart.Style.bars, .pointRanges]) func sound(_ count: Int, _ style: BarChart.Style) {
        let figure = chart(count, style).figure()
        expectSound(figure)
        #expect(figure.table.columns.count == 7)
        for index in 0..<count { #expect(figure.labels.contains { $0.text.contains("n = \(index + 3)") }) }
    }

    @Test func barsBeginAtZero() {
        #expect(chart(5, .bars).figure().labels.contains { $0.role == .tick && $0.text == "0" })
        #expect(chart(5, .bars, sign: -1).figure().labels.contains { $0.role == .tick && $0.text == "0" })
        let ranges = BarChart(
            ChartText("t"), x: Axis("x"), y: Axis("y"), bars: [.init("a", value: 10), .init("b", value: 10.1)],
            style: .pointRanges)
        #expect(!ranges.figure().labels.contains { $0.text == "0" })
    }
}

struct MapChartTests {
    private func chart(_ n: Int) -> MapChart {
        var numbers = TestNumbers(seed: UInt64(n))
        let points = modelNames(n).enumerated().map { index, name in
            MapChart.Point(
                x: 12 * numbers.next(), y: 6 * numbers.next(), name: name, family: "family \(index % 8)",
                score: index == 2 ? .nan : numbers.next(), isLabelRequired: index % 50 == 0)
        }
        var chart = MapChart(ChartText("UMAP", subtitle: "seed 0"), points: points)
        chart.colours = ColourScale(over: 0...1)
        chart.colourTitle = "score"
        chart.quality = "Trustworthiness 0.86, continuity 0.91, rank correlation 0.62"
        return chart
    }

    @Test(arguments: [0, 1, 2, 10, 78, 200]) func sound(_ n: Int) {
        let figure = chart(n).figure()
        expectSound(figure)
        let shown = figure.labels.filter { $0.role == .point }
        #expect(shown.count + figure.droppedLabels.count == n)
        #expect(shown.count >= min(n, 40))
        #expect(figure.labels.contains { $0.role == .caption && $0.text.hasPrefix("Trustworthiness") })
    }

    @Test func bothDirectionsHaveOneScale() throws {
        let points = [(0.0, 0.0), (3, 0), (0, 4), (1, 1)].map { MapChart.Point(x: $0.0, y: $0.1, name: "", family: "f") }
        let contents = XMLContents(MapChart(ChartText("t"), points: points).figure().svg)
        let places = contents.attributes.compactMap { attributes -> PlotPoint? in
            guard let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) else { return nil }
            return PlotPoint(x, y)
        }
        try #require(places.count == 4)
        // Upwards is larger y; 3 across and 4 along at the same number of pixels a unit.
        #expect(abs((places[1].x - places[0].x) / 3 - (places[0].y - places[2].y) / 4) < 0.01)
    }

    @Test func pointsInOnePlaceOrWithout() {
        var chart = chart(3)
        for index in chart.points.indices { (chart.points[index].x, chart.points[index].y) = (1e9, -4) }
        expectSound(chart.figure())
        chart.points[0].x = .nan
        chart.colours = nil
        expectSound(chart.figure())
    }
}
