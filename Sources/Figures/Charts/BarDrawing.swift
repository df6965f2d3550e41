/// Draws bars or point ranges.
struct BarDrawing: Sendable {
    private let chart: BarChart
    private static let labelSize = 10.5
    private static let fill = Palette.okabeIto[5]

    init(_ chart: BarChart) { self.chart = chart }

    func drawing() -> Drawing {
        var canvas = Canvas()
        var header = ChartHeader(text: chart.text)
        if !chart.intervalNames.isEmpty {
            header.legends.append(
                .categories(
                    title: "",
                    chart.intervalNames.enumerated().map { index, name in
                        (name, .bar(width: Self.strokeWidth(index), Self.colour(index)))
                    }))
        }
        // So many bars that their labels would touch even upright make the chart wider.
        let width = max(chart.width, 80 + Double(chart.bars.count) * (Self.labelSize + 4))
        let top = header.draw(on: &canvas, width: width)
        let range = range
        let ticks = chart.y.ticks(range, count: 5)
        let left = PlotFrame.leftMargin(chart.y, ticks)
        let box = PlotBox(left: left, top: top, width: width - left - ChartHeader.margin, height: chart.plotHeight)
        let frame = PlotFrame(
            box: box, x: AxisScale(lower: 0, upper: 1, isLogarithmic: false, start: box.left, end: box.right),
            y: chart.y.scale(range, from: box.bottom, to: box.top))
        frame.drawVertical(chart.y, ticks, on: &canvas)
        drawValues(on: &canvas, frame)
        canvas.line(PlotPoint(box.left, box.bottom), PlotPoint(box.right, box.bottom), Ink.axis, width: 1)
        if let zero = frame.y.position(0), zero > box.top, zero < box.bottom - 0.5 {
            canvas.line(PlotPoint(box.left, zero), PlotPoint(box.right, zero), Ink.axis, width: 1)
        }
        let labelsEnd = drawLabels(on: &canvas, box)
        let bottom = frame.drawTitle(chart.x, below: labelsEnd, on: &canvas)
        return canvas.drawing(
            width: width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken(
                "\(chart.style == .bars ? "Bar chart" : "Point ranges") of \(chart.bars.count) values: "
                    + "\(chart.y.fullTitle) by \(chart.x.fullTitle)"))
    }

    /// Bars begin at zero, or their lengths would mislead.
    private var range: ClosedRange<Double> {
        let values = chart.bars.flatMap { [$0.value] + $0.intervals.flatMap { [$0.lower, $0.upper] } }
        let range = chart.y.range(of: chart.style == .bars ? values + [0] : values)
        guard chart.style == .bars, chart.y.domain == nil, !chart.y.isLogarithmic else { return range }
        let finite = values.filter(\.isFinite)
        let lower = finite.allSatisfy { $0 >= 0 } ? 0 : range.lowerBound
        return lower...(lower < 0 && finite.allSatisfy { $0 <= 0 } ? 0 : range.upperBound)
    }

    private func slot(_ box: PlotBox) -> Double { box.width / Double(max(1, chart.bars.count)) }

    private static func strokeWidth(_ interval: Int) -> Double { interval == 0 ? 2.6 : 1.1 }

    private static func colour(_ interval: Int) -> Colour {
        interval == 0 ? Ink.outline : Palette.okabeIto[1 + (interval - 1) % 3]
    }

    private func drawValues(on canvas: inout Canvas, _ frame: PlotFrame) {
        let slot = slot(frame.box)
        var bars = PathData()
        var ranges = [PathData](repeating: PathData(), count: chart.intervalNames.count)
        var points: [SVGElement] = []
        var marks = PointerMarks(titles: [chart.y.quantity] + chart.intervalNames + ["n"])
        for (position, bar) in chart.bars.enumerated() {
            let middle = (Double(position) + 0.5) / Double(chart.bars.count)
            guard let place = frame.clamped(middle, bar.value) else { continue }
            let zero = min(frame.box.bottom, max(frame.box.top, frame.y.position(0) ?? frame.box.bottom))
            let width = min(64, slot * 0.68)
            bars.rectangle(
                PlotBox(left: place.x - width / 2, top: min(place.y, zero), width: width, height: abs(zero - place.y)))
            points.append(Marker.circle.element(at: place, radius: 4, fill: Palette.okabeIto[0]))
            marks.append(
                PointerMarks.Mark(
                    box: PlotBox(
                        left: place.x - slot / 2, top: frame.box.top, width: slot, height: frame.box.height),
                    name: bar.label, subjects: bar.subjects, facts: facts(bar)))
            for (index, interval) in bar.intervals.enumerated() {
                guard var low = frame.clamped(middle, interval.lower), var high = frame.clamped(middle, interval.upper)
                else { continue }
                // Beside one another, so that both are seen.
                let place = Double(index) - (chart.style == .bars ? Double(chart.intervalNames.count - 1) / 2 : 0)
                let shift = place * min(9, width / 3)
                low.x += shift
                high.x += shift
                ErrorBar.append(from: low, to: high, cap: min(4, width / 5), to: &ranges[index])
            }
        }
        canvas.targets = .marks(marks)
        if chart.style == .bars { canvas.fill(bars, Self.fill.mixed(with: .white, share: 0.25)) }
        for (index, path) in ranges.enumerated() {
            let width = chart.style == .bars && index == 0 ? 1.6 : Self.strokeWidth(index) * 0.7
            canvas.stroke(path, Self.colour(index), width: width)
        }
        if chart.style == .pointRanges { for point in points { canvas.add(point) } }
    }

    /// Value, intervals and count, as they are read where the pointer is.
    private func facts(_ bar: BarChart.Bar) -> [String] {
        let intervals = chart.intervalNames.indices.map { position -> String in
            guard position < bar.intervals.count else { return "" }
            let (lower, upper) = bar.intervals[position]
            return lower.isNaN || upper.isNaN ? "" : "\(NumberText.reading(lower)) to \(NumberText.reading(upper))"
        }
        return [NumberText.reading(bar.value)] + intervals + [bar.n.map(String.init) ?? ""]
    }

    /// Labels and counts below the bars; upright where they would touch. Returns their lower edge.
    private func drawLabels(on canvas: inout Canvas, _ box: PlotBox) -> Double {
        let slot = slot(box)
        let size = Self.labelSize
        let lines = chart.bars.map { TextMetrics.lines($0.label, to: slot - 6, size: size, limit: 2) }
        let counts = chart.bars.map { bar in bar.n.map { "n = \($0)" } ?? "" }
        let fits =
            zip(chart.bars, lines).allSatisfy { bar, lines in
                lines.joined(separator: " ") == Escaping.visible(bar.label)
            } && counts.allSatisfy { TextMetrics.width($0, size: size) <= slot - 4 }
        var bottom = box.bottom
        for position in chart.bars.indices {
            let x = box.left + (Double(position) + 0.5) * slot
            var y = box.bottom + 6
            if fits {
                for line in lines[position] {
                    canvas.text(line, at: PlotPoint(x, y + size / 2), size: size, anchor: .middle, role: .category)
                    y += size + 2
                }
                canvas.text(
                    counts[position], at: PlotPoint(x, y + size / 2), size: size, anchor: .middle,
                    colour: Ink.secondaryText, role: .tick)
                if !counts[position].isEmpty { y += size + 2 }
            } else {
                let count = counts[position].isEmpty ? "" : "  (\(counts[position]))"
                let room = 190 - TextMetrics.width(count, size: size)
                let label = TextMetrics.shortened(chart.bars[position].label, to: room, size: size) + count
                canvas.text(label, at: PlotPoint(x, y), size: size, anchor: .end, isUpright: true, role: .category)
                y += TextMetrics.width(label, size: size)
            }
            bottom = max(bottom, y)
        }
        return bottom
    }
}
