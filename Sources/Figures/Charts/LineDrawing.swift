/// Draws a line chart.
struct LineDrawing: Sendable {
    private let chart: LineChart
    private static let nameSize = 10.5
    private static let longestName = 150.0

    init(_ chart: LineChart) { self.chart = chart }

    func drawing() -> Drawing {
        var canvas = Canvas()
        let isDirect = namesAtEnds
        var header = ChartHeader(text: chart.text)
        if !isDirect, chart.curves.count > 1 || chart.naming == .legend {
            header.legends.append(
                .categories(
                    title: "",
                    chart.curves.enumerated().map { index, curve in
                        let marker = chart.hasMarkers ? Palette.marker(index) : nil
                        return (curve.name, .line(Palette.lineColour(index), dashes: Palette.dashes(index), marker))
                    }))
        }
        let top = header.draw(on: &canvas, width: chart.width)
        let names = chart.curves.map { TextMetrics.shortened($0.name, to: Self.longestName, size: Self.nameSize) }
        let room = isDirect ? 16 + (names.map { TextMetrics.width($0, size: Self.nameSize) }.max() ?? 0) : 0
        let ys = chart.curves.flatMap { $0.y + $0.lower + $0.upper } + (chart.reference.map { [$0.value] } ?? [])
        let (frame, bottom) = PlotFrame.draw(
            on: &canvas, width: chart.width, top: top, plotHeight: chart.plotHeight, rightMargin: room,
            x: chart.x, chart.x.range(of: chart.curves.flatMap(\.x)), y: chart.y, chart.y.range(of: ys))
        drawCurves(on: &canvas, frame)
        drawReference(on: &canvas, frame)
        if isDirect { drawNames(names, on: &canvas, frame) }
        return canvas.drawing(
            width: chart.width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken(
                "Line chart of \(chart.curves.count) curves: \(chart.y.fullTitle) against \(chart.x.fullTitle)"))
    }

    private var namesAtEnds: Bool {
        switch chart.naming {
        case .direct: fitsAtEnds
        case .legend: false
        case .automatic: chart.curves.count > 1 && chart.curves.count <= 7 && fitsAtEnds
        }
    }

    private var fitsAtEnds: Bool { Double(chart.curves.count) * (Self.nameSize + 3) <= chart.plotHeight }

    private func drawCurves(on canvas: inout Canvas, _ frame: PlotFrame) {
        let curves = chart.curves.map { TrendLine(x: $0.x, y: $0.y, lower: $0.lower, upper: $0.upper) }
        for (index, curve) in curves.enumerated() where !curve.lower.isEmpty {
            switch chart.uncertainty {
            case .band: curve.drawBand(on: &canvas, frame, Palette.lineColour(index))
            case .errorBars: drawErrorBars(curve, on: &canvas, frame, Palette.lineColour(index))
            }
        }
        var marks = PointerMarks(titles: [chart.x.quantity, chart.y.quantity, "interval"])
        for (index, curve) in curves.enumerated() {
            curve.drawLine(
                on: &canvas, frame, Palette.lineColour(index), width: 1.8, dashes: Palette.dashes(index))
            for (position, (x, y)) in zip(curve.x, curve.y).enumerated() {
                guard let place = frame.point(x, y),
                    frame.box.grown(by: 0.5).contains(PlotBox(centre: place, width: 0, height: 0))
                else { continue }
                marks.append(mark(at: place, position, ofCurve: index))
                guard chart.hasMarkers else { continue }
                canvas.add(Palette.marker(index).element(at: place, radius: 3, fill: Palette.lineColour(index)))
            }
        }
        canvas.targets = .marks(marks)
    }

    private func mark(at place: PlotPoint, _ position: Int, ofCurve index: Int) -> PointerMarks.Mark {
        let curve = chart.curves[index]
        let edges = curve.lower.isEmpty ? (.nan, .nan) : (curve.lower[position], curve.upper[position])
        let isKnown = edges.0.isFinite && edges.1.isFinite
        return PointerMarks.Mark(
            box: PlotBox(centre: place, width: 6, height: 6), name: curve.name, subjects: curve.subjects,
            facts: [
                NumberText.reading(curve.x[position]), NumberText.reading(curve.y[position]),
                isKnown ? "\(NumberText.reading(edges.0)) to \(NumberText.reading(edges.1))" : "",
            ], curve: index)
    }

    private func drawErrorBars(_ curve: TrendLine, on canvas: inout Canvas, _ frame: PlotFrame, _ colour: Colour) {
        var path = PathData()
        for position in curve.x.indices {
            guard let low = frame.clamped(curve.x[position], curve.lower[position]),
                let high = frame.clamped(curve.x[position], curve.upper[position])
            else { continue }
            ErrorBar.append(from: low, to: high, cap: 3, to: &path)
        }
        canvas.stroke(path, colour, width: 1)
    }

    private func drawReference(on canvas: inout Canvas, _ frame: PlotFrame) {
        guard let reference = chart.reference, let y = frame.y.position(reference.value), y >= frame.box.top,
            y <= frame.box.bottom
        else { return }
        canvas.line(PlotPoint(frame.box.left, y), PlotPoint(frame.box.right, y), Ink.axis, width: 1, dashes: "4 3")
        let label = TextMetrics.shortened(reference.label, to: frame.box.width - 8, size: Self.nameSize)
        // Above the line, where it does not touch the axis below.
        let distance = 4 + Self.nameSize / 2
        let middle = y - distance - Self.nameSize / 2 < frame.box.top ? y + distance : y - distance
        canvas.text(
            label, at: PlotPoint(frame.box.left + 4, middle), size: Self.nameSize, colour: Ink.secondaryText,
            hasHalo: true, role: .legend)
    }

    /// Names right of the plot at the height where their curves end, moved apart, each with its curve's mark.
    private func drawNames(_ names: [String], on canvas: inout Canvas, _ frame: PlotFrame) {
        let ends = chart.curves.map { curve -> PlotPoint in
            let places = zip(curve.x, curve.y).compactMap { frame.clamped($0, $1) }
            return places.max { $0.x < $1.x } ?? PlotPoint(frame.box.right, frame.box.bottom)
        }
        let order = ends.indices.sorted { (ends[$0].y, $0) < (ends[$1].y, $1) }
        let heights = Self.spread(
            order.map { ends[$0].y }, apart: Self.nameSize + 3, from: frame.box.top, to: frame.box.bottom)
        let x = frame.box.right + 14
        for (index, y) in zip(order, heights) {
            let colour = Palette.lineColour(index)
            canvas.line(PlotPoint(ends[index].x + 4, ends[index].y), PlotPoint(x - 3, y), colour, width: 0.8)
            canvas.text(names[index], at: PlotPoint(x, y), size: Self.nameSize, role: .legend)
        }
    }

    /// `places` in ascending order moved so that they are at least `apart` and stay in the range, as far as it has room.
    static func spread(_ places: [Double], apart: Double, from least: Double, to most: Double) -> [Double] {
        var result = places
        var limit = least
        for position in result.indices {
            result[position] = max(result[position], limit)
            limit = result[position] + apart
        }
        limit = most
        for position in result.indices.reversed() {
            result[position] = min(result[position], limit)
            limit = result[position] - apart
        }
        return result
    }
}
