import Testing

@testable import Figures

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
        let points = [(0.0, 0.0), (3, 0), (0, 4), (1, 1)].map {
            MapChart.Point(x: $0.0, y: $0.1, name: "", family: "f")
        }
        let contents = XMLContents(MapChart(ChartText("t"), points: points).figure().svg)
        let places = contents.attributes.compactMap { attributes -> PlotPoint? in
            guard let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) else {
                return nil
            }
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
