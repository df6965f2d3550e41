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
            let trend = TrendLine(
                x: [0, 0.5, 1], y: [0.2, 0.5, 0.8], lower: [0, 0.45, 0.6], upper: [0.4, 0.55, 1.1])
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

    /// A name that finds no place is counted below the plot.
    @Test func namesThatAreLeftOutAreCounted() {
        func chart(_ n: Int) -> Figure {
            let points = modelNames(n).enumerated().map {
                ScatterChart.Point(x: Double($0 % 3) / 1000, y: Double($0) / Double(n), name: $1)
            }
            return ScatterChart(
                ChartText("t"), x: Axis("x"), y: Axis("y"), series: [.init("s", points: points)]
            ).figure()
        }
        let crowded = chart(200)
        expectSound(crowded)
        #expect(!crowded.droppedLabels.isEmpty)
        let said = "\(crowded.droppedLabels.count) of 200 names are in the data table only."
        #expect(crowded.labels.contains { $0.role == .caption && $0.text == said })
        let few = chart(12)
        expectSound(few)
        #expect(few.droppedLabels.isEmpty && few.labels.count { $0.role == .point } == 12)
        #expect(!few.labels.contains { $0.text.contains("data table") })
    }

    @Test func namesKeepOffTheLine() {
        let points = (0..<8).map { ScatterChart.Point(x: Double($0), y: Double($0), name: "model \($0)") }
        let trend = TrendLine(x: [0, 7], y: [0, 7])
        let figure = ScatterChart(
            ChartText("t"), x: Axis("x"), y: Axis("y"), series: [.init("s", points: points, trend: trend)]
        ).figure()
        // The line goes through every marker, from the first to the last.
        let places = XMLContents(figure.svg).attributes.compactMap { attributes -> PlotPoint? in
            guard let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) else {
                return nil
            }
            return PlotPoint(x, y)
        }
        let names = figure.labels.filter { $0.role == .point }
        #expect(names.count == 8 && places.count == 8)
        #expect(!names.contains { $0.box.isCrossed(from: places[0], to: places[7]) })
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
