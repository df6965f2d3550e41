/// Draws a map: both directions to the same scale, no axes.
struct MapDrawing: Sendable {
    private let chart: MapChart
    private let families: CategoryIndex

    init(_ chart: MapChart) {
        self.chart = chart
        families = CategoryIndex(chart.points.map(\.family))
    }

    func drawing() -> (Drawing, dropped: [String]) {
        var canvas = Canvas()
        let top = ChartHeader(text: chart.text, legends: legends).draw(on: &canvas, width: chart.width)
        let (frame, isPlaced) = frame(top: top)
        var border = PathData()
        border.rectangle(frame.box)
        canvas.stroke(border, Ink.frame, width: 0.8)

        let radius = chart.points.count <= 40 ? 5.5 : (chart.points.count <= 110 ? 4.6 : 3.8)
        var items: [PointLabels.Item] = []
        var marks = PointerMarks(titles: [chart.familyTitle, chart.colourTitle])
        for (index, point) in chart.points.enumerated() where isPlaced {
            guard let place = frame.point(point.x, point.y) else { continue }
            let family = families.indices[index]
            let fill = chart.colours.map { $0.colour(of: point.score) } ?? Palette.colour(family)
            canvas.add(Palette.marker(family).element(at: place, radius: radius, fill: fill, tip: point.name))
            marks.append(
                PointerMarks.Mark(
                    box: PlotBox(centre: place, width: 2 * radius, height: 2 * radius), name: point.name,
                    subjects: [point.name],
                    facts: [point.family, chart.colours == nil ? "" : NumberText.reading(point.score)]))
            items.append(
                PointLabels.Item(
                    point: place, radius: radius * 1.25, name: point.name, isRequired: point.isLabelRequired))
        }
        canvas.targets = .marks(marks)
        let size = items.count <= 40 ? 10.0 : (items.count <= 110 ? 9 : 8)
        let dropped = PointLabels(items: items, size: size, maximumWidth: 150)
            .draw(on: &canvas, within: frame.box.grown(by: -3))
        let bottom = drawQuality(dropped.count, on: &canvas, below: frame.box.bottom)
        let drawing = canvas.drawing(
            width: chart.width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken("Map of \(chart.points.count) points. \(chart.quality)"))
        return (drawing, dropped)
    }

    /// The figures of quality, and how many points have no name.
    private func drawQuality(_ dropped: Int, on canvas: inout Canvas, below top: Double) -> Double {
        var lines = TextMetrics.lines(chart.quality, to: chart.width - 2 * ChartHeader.margin, size: Ink.bodySize)
        if dropped > 0 { lines.append("\(dropped) of \(chart.points.count) names are in the data table only.") }
        var y = top + 6
        for line in lines {
            canvas.text(
                line, at: PlotPoint(ChartHeader.margin, y + Ink.bodySize / 2), colour: Ink.secondaryText, role: .caption
            )
            y += Ink.bodySize + 4
        }
        return y
    }

    /// The plot as high as its points ask for, within reason; false where no point has a place.
    private func frame(top: Double) -> (PlotFrame, isPlaced: Bool) {
        let placed = chart.points.filter { $0.x.isFinite && $0.y.isFinite }
        let width = chart.width - 2 * ChartHeader.margin
        let inner = width - 2 * Self.padding
        let (xs, ys) = (placed.map(\.x), placed.map(\.y))
        let (left, right) = (xs.min() ?? 0, xs.max() ?? 1)
        let (low, high) = (ys.min() ?? 0, ys.max() ?? 1)
        let (across, along) = (right / 2 - left / 2, high / 2 - low / 2)
        // Pixels a unit: as many as the width allows, fewer where the height would exceed it.
        let highest = inner
        let least = inner * 0.55
        let widest = max(across, along, .leastNormalMagnitude)
        let height = max(least, min(highest, along / max(across, widest * 1e-6) * inner))
        let box = PlotBox(
            left: ChartHeader.margin, top: top, width: width, height: height + 2 * Self.padding)
        // Half a pixel a unit, as extents are halves.
        let scale = min(inner / max(across, widest * 1e-12), height / max(along, widest * 1e-12)) / 2
        let (halfX, halfY) = (box.width / 2 / scale, box.height / 2 / scale)
        let (middleX, middleY) = (left / 2 + right / 2, low / 2 + high / 2)
        let isUsable = halfX.isFinite && halfY.isFinite && halfX > 0 && scale.isFinite && widest > .leastNormalMagnitude
        let reachX = isUsable ? halfX : 1
        let reachY = isUsable ? halfY : box.height / box.width
        return (
            PlotFrame(
                box: box,
                x: AxisScale(
                    lower: middleX - reachX, upper: middleX + reachX, isLogarithmic: false, start: box.left,
                    end: box.right),
                y: AxisScale(
                    lower: middleY - reachY, upper: middleY + reachY, isLogarithmic: false, start: box.bottom,
                    end: box.top)), !placed.isEmpty
        )
    }

    private static let padding = 26.0

    private var legends: [Legend] {
        var legends: [Legend] = []
        if let colours = chart.colours {
            legends.append(.colourBar(title: chart.colourTitle, colours, note: nil))
        }
        let entries = families.names.enumerated().map { index, name in
            let colour = chart.colours == nil ? Palette.colour(index) : nil
            return (name: name, swatch: Legend.Swatch.marker(Palette.marker(index), colour))
        }
        if entries.count > 1 { legends.append(.categories(title: chart.familyTitle, entries)) }
        return legends
    }
}
