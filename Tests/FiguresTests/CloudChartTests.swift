import Testing

@testable import Figures

struct CloudChartTests {
    private func chart(_ names: [String], isTargeted: Bool = true) -> CloudChart {
        var numbers = TestNumbers(seed: UInt64(names.count))
        let points = names.map { name in
            let place = SIMD3(100 * numbers.next(), 160 * numbers.next() - 80, 160 * numbers.next() - 80)
            return CloudChart.Point(
                place: place, target: isTargeted ? place + 5 : nil,
                colour: Colour(UInt8(255 * numbers.next()), UInt8(255 * numbers.next()), 0x20), name: name)
        }
        return CloudChart(ChartText("Cloud", subtitle: "three views"), axes: ["L*", "a*", "b*"], points: points)
    }

    @Test(arguments: [0, 1, 2, 60, 500]) func sound(_ n: Int) {
        let figure = chart(modelNames(n)).figure()
        expectSound(figure)
        #expect(figure.table.rows.count == n)
        #expect(chart(modelNames(n)).figure().svg == figure.svg)
    }

    @Test func hostileNamesAreNames() {
        let figure = chart(hostileNames).figure()
        expectSound(figure)
        #expect(XMLContents(figure.svg).count("script") == 0)
    }

    /// Every point is in each view in its own colour, at one scale in all directions.
    @Test func viewsShowEveryPointInItsColour() throws {
        let red = Colour(0xFF, 0, 0)
        let cloud = CloudChart(
            ChartText("t"), axes: ["L*", "a*", "b*"],
            points: [(0.0, 0.0, 0.0), (100, 0, 0), (0, 50, 0), (0, 0, 25)].map {
                CloudChart.Point(place: SIMD3($0.0, $0.1, $0.2), colour: red, name: "p")
            })
        let contents = XMLContents(cloud.figure().svg)
        let places = contents.attributes.filter { $0["r"] != nil }.compactMap { attributes -> PlotPoint? in
            // As a style, which the greys of a dark page leave alone.
            #expect(attributes["style"] == "fill:\(red.hex)" && attributes["fill"] == nil)
            guard let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) else {
                return nil
            }
            return PlotPoint(x, y)
        }
        try #require(places.count == 12)
        func extent(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
        let views = (0..<3).map { Array(places[(4 * $0)..<(4 * $0 + 4)]) }
        // a* by b*, a* by L*, b* by L*.
        let (wide, high) = (views.map { extent($0.map(\.x)) }, views.map { extent($0.map(\.y)) })
        let unit = high[1] / 100
        for (found, wanted) in zip(wide + high, [50.0, 50, 25, 25, 100, 100]) {
            #expect(abs(found - unit * wanted) < 0.05)
        }
    }
}
