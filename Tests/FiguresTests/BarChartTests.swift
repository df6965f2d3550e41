import Testing

@testable import Figures

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

    @Test(arguments: [0, 1, 5, 12, 60], [BarChart.Style.bars, .pointRanges]) func sound(
        _ count: Int, _ style: BarChart.Style
    ) {
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
