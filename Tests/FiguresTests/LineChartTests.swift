import Testing

@testable import Figures

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

    /// Names as long as "model with model" stand whole in the legend, however many there are.
    @Test(arguments: [3, 14]) func namesInLegendsAreNotCut(_ count: Int) {
        var chart = chart(count, naming: .legend)
        for index in chart.curves.indices {
            chart.curves[index].name = "dinov2_small_random\(index) with minilm_l6_random (name)"
        }
        let figure = chart.figure()
        expectSound(figure)
        let names = figure.labels.filter { $0.role == .legend }.map(\.text)
        #expect(chart.curves.allSatisfy { names.contains($0.name) })
    }

    @Test func linesAreSeenOnLightAndDarkPages() {
        for index in 0..<7 where Palette.lineColour(index) != .black {
            // A dark page draws black lines in light grey.
            #expect(Palette.lineColour(index).contrast(with: .white) >= 3)
            #expect(Palette.lineColour(index).contrast(with: Colour(0x16, 0x18, 0x1C)) >= 3)
        }
        #expect(Set((0..<7).map { Palette.lineColour($0) }).count == 7)
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
