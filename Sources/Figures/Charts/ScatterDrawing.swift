/// Draws a scatter plot.
struct ScatterDrawing: Sendable {
    private let chart: ScatterChart
    private let categories: CategoryIndex?
    /// With one series the categories have the colours too.
    private let isColouredByCategory: Bool

    init(_ chart: ScatterChart) {
        self.chart = chart
        categories = chart.categories
        isColouredByCategory = chart.series.count == 1 && categories != nil
    }

    func drawing() -> (Drawing, dropped: [String]) {
        var canvas = Canvas()
        let top = ChartHeader(text: chart.text, legends: legends).draw(on: &canvas, width: chart.width)
        let trends = chart.series.compactMap(\.trend)
        let xs = chart.series.flatMap { $0.points.map(\.x) } + trends.flatMap(\.x)
        let ys = chart.series.flatMap { $0.points.map(\.y) } + trends.flatMap { $0.y + $0.lower + $0.upper }
        let (frame, end) = PlotFrame.draw(
            on: &canvas, width: chart.width, top: top, plotHeight: chart.plotHeight, x: chart.x, chart.x.range(of: xs),
            y: chart.y, chart.y.range(of: ys))
        var bottom = end
        for (index, series) in chart.series.enumerated() {
            series.trend?.drawBand(on: &canvas, frame, colour(series: index, category: 0, isLine: true))
        }
        for (index, series) in chart.series.enumerated() {
            series.trend?.drawLine(
                on: &canvas, frame, colour(series: index, category: 0, isLine: true), width: 1.6,
                dashes: Palette.dashes(index))
        }
        let (dropped, named) = drawPoints(on: &canvas, frame)
        let count = chart.series.reduce(0) { $0 + $1.points.count }
        if !dropped.isEmpty {
            let text = "\(dropped.count) of \(named) names are in the data table only."
            canvas.text(
                text, at: PlotPoint(ChartHeader.margin, bottom + 8 + Ink.bodySize / 2), colour: Ink.secondaryText,
                role: .caption)
            bottom += 8 + Ink.bodySize
        }
        let drawing = canvas.drawing(
            width: chart.width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken(
                "Scatter plot of \(count) points: \(chart.y.fullTitle) against \(chart.x.fullTitle)"))
        return (drawing, dropped)
    }

    /// Returns the names that found no place, and how many there are.
    private func drawPoints(on canvas: inout Canvas, _ frame: PlotFrame) -> (dropped: [String], named: Int) {
        let count = chart.series.reduce(0) { $0 + $1.points.count }
        let radius = count <= 60 ? 4.5 : (count <= 200 ? 3.8 : 3)
        var items: [PointLabels.Item] = []
        var position = 0
        for (index, series) in chart.series.enumerated() {
            for point in series.points {
                let category = categories?.indices[position] ?? 0
                position += 1
                guard let place = frame.point(point.x, point.y),
                    frame.box.grown(by: 0.5).contains(
                        PlotBox(centre: place, width: 0, height: 0))
                else { continue }
                let marker = Palette.marker(categories == nil ? index : category)
                canvas.add(
                    marker.element(
                        at: place, radius: radius, fill: colour(series: index, category: category, isLine: false),
                        tip: point.name))
                let isNamed = point.isLabelled || point.isLabelRequired
                items.append(
                    PointLabels.Item(
                        point: place, radius: radius * 1.2, name: isNamed ? point.name : nil,
                        isRequired: point.isLabelRequired))
            }
        }
        let labels = PointLabels(
            items: items, size: count <= 60 ? 9.5 : 9, maximumWidth: 130,
            lines: chart.series.compactMap(\.trend).flatMap { $0.places(frame) }, allReachFar: count <= 60)
        return (labels.draw(on: &canvas, within: frame.box), items.count { $0.name?.isEmpty == false })
    }

    /// With categories in colour, the one line is dark.
    private func colour(series: Int, category: Int, isLine: Bool) -> Colour {
        if isColouredByCategory { return isLine ? Ink.axis : Palette.colour(category) }
        return Palette.lineColour(series)
    }

    private var legends: [Legend] {
        var legends: [Legend] = []
        if chart.series.count > 1 {
            let entries = chart.series.enumerated().map { index, series in
                let marker = Palette.marker(categories == nil ? index : 0)
                let colour = Palette.lineColour(index)
                let swatch: Legend.Swatch =
                    series.trend == nil ? .marker(marker, colour) : .line(colour, dashes: Palette.dashes(index), marker)
                return (name: series.name, swatch: categories == nil ? swatch : .square(colour))
            }
            legends.append(.categories(title: chart.seriesTitle, entries))
        }
        if let categories {
            let entries = categories.names.enumerated().map { index, name in
                let colour = isColouredByCategory ? Palette.colour(index) : nil
                return (name: name, swatch: Legend.Swatch.marker(Palette.marker(index), colour))
            }
            legends.append(.categories(title: chart.categoryTitle, entries))
        }
        return legends
    }
}
