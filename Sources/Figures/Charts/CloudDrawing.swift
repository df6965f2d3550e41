/// Draws three views of a cloud beside one another.
struct CloudDrawing: Sendable {
    private let chart: CloudChart

    private static let gap = 16.0
    private static let radius = 5.0

    init(_ chart: CloudChart) { self.chart = chart }

    func drawing() -> Drawing {
        var canvas = Canvas()
        let top = ChartHeader(text: chart.text).draw(on: &canvas, width: chart.width)
        let left = PlotFrame.leftMargin(Axis(chart.axes[2]), ticks(0...100))
        let size = (chart.width - ChartHeader.margin - 3 * left - 2 * Self.gap) / 3
        var bottom = top
        for (position, view) in CloudChart.views.enumerated() {
            let start = left + Double(position) * (size + left + Self.gap)
            bottom = max(bottom, draw(view, PlotBox(left: start, top: top, width: size, height: size), on: &canvas))
        }
        return canvas.drawing(
            width: chart.width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken(
                "Three views of \(chart.points.count) points: \(chart.axes.joined(separator: ", "))"))
    }

    private func ticks(_ range: ClosedRange<Double>) -> Ticks { .linear(range, count: 4) }

    /// Half of the widest extent, which all views share.
    private var reach: Double {
        (0..<3).map { axis in
            let range = extent(axis)
            return (range.upperBound - range.lowerBound) / 2
        }.max() ?? 1
    }

    /// What the points, and where they would belong, take along an axis.
    private func extent(_ axis: Int) -> ClosedRange<Double> {
        let values = chart.points.flatMap { [$0.place[axis], $0.target?[axis] ?? $0.place[axis]] }
        return AxisScale.range(of: values, isLogarithmic: false, margin: 0.06)
    }

    private func range(_ axis: Int) -> ClosedRange<Double> {
        let range = extent(axis)
        let middle = range.lowerBound / 2 + range.upperBound / 2
        return (middle - reach)...(middle + reach)
    }

    /// Returns the lower edge.
    private func draw(_ view: (Int, Int), _ box: PlotBox, on canvas: inout Canvas) -> Double {
        let (x, y) = (range(view.0), range(view.1))
        let frame = PlotFrame(
            box: box, x: Axis("").scale(x, from: box.left, to: box.right),
            y: Axis("").scale(y, from: box.bottom, to: box.top))
        let bottom = drawAxes(frame, view, ticks(x), ticks(y), on: &canvas)
        // What is behind is drawn first: the axis that the view looks along.
        let depth = 3 - view.0 - view.1
        let order = chart.points.indices.sorted {
            (chart.points[$0].place[depth], $0) < (chart.points[$1].place[depth], $1)
        }
        var leaders = PathData()
        for point in chart.points {
            guard let target = point.target, let from = frame.point(target[view.0], target[view.1]),
                let to = frame.point(point.place[view.0], point.place[view.1])
            else { continue }
            leaders.polyline([from, to])
        }
        canvas.stroke(leaders, Ink.frame, width: 0.8)
        for index in order {
            let point = chart.points[index]
            guard let place = frame.point(point.place[view.0], point.place[view.1]) else { continue }
            canvas.add(Self.element(at: place, point))
        }
        return bottom
    }

    /// A circle whose fill is a style: a colour of its own stays what it is on a dark page, also where it is one of the drawing's greys.
    private static func element(at place: PlotPoint, _ point: CloudChart.Point) -> SVGElement {
        SVGElement(
            "circle",
            [
                "cx": place.x, "cy": place.y, "r": radius, "style": "fill:\(point.colour.hex)", "stroke": Ink.outline,
                "stroke-width": 0.6,
            ], children: [SVGElement("title", text: point.name)])
    }

    private func drawAxes(
        _ frame: PlotFrame, _ view: (Int, Int), _ x: Ticks, _ y: Ticks, on canvas: inout Canvas
    ) -> Double {
        let box = frame.box
        var (grid, border) = (PathData(), PathData())
        for (value, label) in zip(x.values, x.labels) {
            guard let place = frame.x.position(value) else { continue }
            grid.polyline([PlotPoint(place, box.top), PlotPoint(place, box.bottom)])
            canvas.text(
                label, at: PlotPoint(place, box.bottom + 7 + Ink.bodySize / 2), anchor: .middle,
                colour: Ink.secondaryText, role: .tick)
        }
        for (value, label) in zip(y.values, y.labels) {
            guard let place = frame.y.position(value) else { continue }
            grid.polyline([PlotPoint(box.left, place), PlotPoint(box.right, place)])
            canvas.text(
                label, at: PlotPoint(box.left - 6, place), anchor: .end, colour: Ink.secondaryText, role: .tick)
        }
        canvas.stroke(grid, Ink.grid, width: 0.8)
        border.rectangle(box)
        canvas.stroke(border, Ink.frame, width: 0.8)
        let below = box.bottom + 7 + Ink.bodySize
        canvas.text(
            chart.axes[view.0], at: PlotPoint(box.centre.x, below + 6 + Ink.axisTitleSize / 2),
            size: Ink.axisTitleSize, anchor: .middle, role: .axisTitle)
        canvas.text(
            chart.axes[view.1], at: PlotPoint(box.left - 34 - Ink.axisTitleSize / 2, box.centre.y),
            size: Ink.axisTitleSize, anchor: .middle, isUpright: true, role: .axisTitle)
        return below + 6 + Ink.axisTitleSize
    }
}
