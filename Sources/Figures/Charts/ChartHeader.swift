/// What stands above the plot: title, subtitle and legends, one below the other, so that none can cover the data.
struct ChartHeader: Sendable {
    var text: ChartText
    var legends: [Legend] = []

    static let margin = 12.0

    /// Draws it across `width` and returns where the plot may begin.
    func draw(on canvas: inout Canvas, width: Double) -> Double {
        let available = width - 2 * Self.margin
        var top = Self.margin
        let titleLines = TextMetrics.lines(text.title, to: available, size: Ink.titleSize, isBold: true)
        for line in titleLines {
            canvas.text(
                line, at: PlotPoint(Self.margin, top + Ink.titleSize / 2), size: Ink.titleSize, isBold: true,
                role: .title)
            top += Ink.titleSize + 4
        }
        for line in TextMetrics.lines(text.subtitle, to: available, size: Ink.bodySize) {
            canvas.text(
                line, at: PlotPoint(Self.margin, top + Ink.bodySize / 2 + 1), colour: Ink.secondaryText, role: .caption)
            top += Ink.bodySize + 4
        }
        for legend in legends { top = legend.draw(on: &canvas, left: Self.margin, top: top + 8, width: available) }
        return top + 10
    }
}
