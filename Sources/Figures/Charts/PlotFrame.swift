/// The axes of a plot: their titles, ticks and grid, and the places of values.
struct PlotFrame: Sendable {
    let box: PlotBox
    let x: AxisScale
    let y: AxisScale

    /// Where a point goes; nil where an axis has no place for it.
    func point(_ x: Double, _ y: Double) -> PlotPoint? {
        guard let px = self.x.position(x), let py = self.y.position(y) else { return nil }
        return PlotPoint(px, py)
    }

    /// Where a point goes, moved to the plot's edge where it would lie outside.
    func clamped(_ x: Double, _ y: Double) -> PlotPoint? {
        point(x, y).map { PlotPoint(max(box.left, min(box.right, $0.x)), max(box.top, min(box.bottom, $0.y))) }
    }

    /// Draws both axes between `top` and the height that follows, and returns the frame and its lower edge.
    static func draw(
        on canvas: inout Canvas, width: Double, top: Double, plotHeight: Double, rightMargin: Double = 0,
        x: Axis, _ xRange: ClosedRange<Double>, y: Axis, _ yRange: ClosedRange<Double>
    ) -> (frame: PlotFrame, bottom: Double) {
        let yTicks = y.ticks(yRange, count: 5)
        let left = leftMargin(y, yTicks)
        let box = PlotBox(
            left: left, top: top, width: max(60, width - left - ChartHeader.margin - rightMargin), height: plotHeight)
        let frame = PlotFrame(
            box: box, x: x.scale(xRange, from: box.left, to: box.right),
            y: y.scale(yRange, from: box.bottom, to: box.top))
        frame.drawVertical(y, yTicks, on: &canvas)
        let bottom = frame.drawHorizontal(x, x.ticks(xRange, count: Int(box.width / 75)), on: &canvas)
        return (frame, bottom)
    }

    /// The room for the vertical axis.
    static func leftMargin(_ axis: Axis, _ ticks: Ticks) -> Double {
        let widest = ticks.labels.map { TextMetrics.width($0, size: Ink.bodySize) }.max() ?? 0
        return ChartHeader.margin + (axis.title.isEmpty ? 0 : Ink.axisTitleSize + 8) + widest + 6
    }

    /// The vertical axis: grid, numbers and title, without a line of its own.
    func drawVertical(_ axis: Axis, _ ticks: Ticks, on canvas: inout Canvas) {
        var grid = PathData()
        for (value, label) in zip(ticks.values, ticks.labels) {
            guard let place = y.position(value) else { continue }
            grid.polyline([PlotPoint(box.left, place), PlotPoint(box.right, place)])
            canvas.text(
                label, at: PlotPoint(box.left - 6, place), anchor: .end, colour: Ink.secondaryText, role: .tick)
        }
        canvas.stroke(grid, Ink.grid, width: 0.8)
        let title = TextMetrics.shortened(axis.fullTitle, to: box.height + 20, size: Ink.axisTitleSize)
        let half = TextMetrics.width(title, size: Ink.axisTitleSize) / 2
        canvas.text(
            title, at: PlotPoint(ChartHeader.margin + Ink.axisTitleSize / 2, max(box.centre.y, box.top - 8 + half)),
            size: Ink.axisTitleSize, anchor: .middle, isUpright: true, role: .axisTitle)
    }

    /// The horizontal axis: line, ticks, numbers and title. Returns its lower edge.
    private func drawHorizontal(_ axis: Axis, _ ticks: Ticks, on canvas: inout Canvas) -> Double {
        var marks = PathData()
        var grid = PathData()
        marks.polyline([PlotPoint(box.left, box.bottom), PlotPoint(box.right, box.bottom)])
        var taken: [PlotBox] = []
        for (value, label) in zip(ticks.values, ticks.labels) {
            guard let place = x.position(value) else { continue }
            let labelWidth = TextMetrics.width(label, size: Ink.bodySize)
            let centre = PlotPoint(
                min(place, box.right + ChartHeader.margin - labelWidth / 2), box.bottom + 7 + Ink.bodySize / 2)
            marks.polyline([PlotPoint(place, box.bottom), PlotPoint(place, box.bottom + 4)])
            grid.polyline([PlotPoint(place, box.top), PlotPoint(place, box.bottom)])
            let labelBox = PlotBox(centre: centre, width: labelWidth + 6, height: Ink.bodySize)
            guard !taken.contains(where: labelBox.overlaps) else { continue }
            taken.append(labelBox)
            canvas.text(label, at: centre, anchor: .middle, colour: Ink.secondaryText, role: .tick)
        }
        canvas.stroke(grid, Ink.grid, width: 0.8)
        canvas.stroke(marks, Ink.axis, width: 1)
        return drawTitle(axis, below: box.bottom + 7 + Ink.bodySize, on: &canvas)
    }

    /// The title of the horizontal axis; returns its lower edge.
    func drawTitle(_ axis: Axis, below top: Double, on canvas: inout Canvas) -> Double {
        guard !axis.fullTitle.isEmpty else { return top }
        let title = TextMetrics.shortened(axis.fullTitle, to: box.right - ChartHeader.margin, size: Ink.axisTitleSize)
        let half = TextMetrics.width(title, size: Ink.axisTitleSize) / 2
        let middle = max(ChartHeader.margin + half, min(box.centre.x, box.right + ChartHeader.margin - half))
        canvas.text(
            title, at: PlotPoint(middle, top + 6 + Ink.axisTitleSize / 2), size: Ink.axisTitleSize, anchor: .middle,
            role: .axisTitle)
        return top + 6 + Ink.axisTitleSize
    }
}
