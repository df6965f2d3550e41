/// Draws a scatter plot.
struct ScatterDrawing: Sendable {
    private let chart: ScatterChart
    private let categories: CategoryIndex?
    /// With one series the categories have the colours too.
    private let isColouredByCategory: Bool
    private let isCrowd: Bool

    init(_ chart: ScatterChart) {
        self.chart = chart
        categories = chart.categories
        isColouredByCategory = chart.series.count == 1 && categories != nil
        isCrowd = chart.series.reduce(0) { $0 + $1.points.count } > Self.mostMarkers
    }

    /// Of more points shapes and single names would not be seen: those of a colour are dots of one path.
    private static let mostMarkers = 2000

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
        let seriesTitle = chart.series.count > 1 ? (chart.seriesTitle.isEmpty ? "series" : chart.seriesTitle) : ""
        var marks = PointerMarks(titles: [chart.x.quantity, chart.y.quantity, seriesTitle, chart.categoryTitle])
        var position = 0
        for (index, series) in chart.series.enumerated() {
            var dots: [Colour: [PlotPoint]] = [:]
            for point in series.points {
                let category = categories?.indices[position] ?? 0
                position += 1
                guard let place = frame.point(point.x, point.y),
                    frame.box.grown(by: 0.5).contains(
                        PlotBox(centre: place, width: 0, height: 0))
                else { continue }
                let fill = colour(series: index, category: category, isLine: false)
                if isCrowd {
                    dots[fill, default: []].append(place)
                } else {
                    canvas.add(marker(index, category).element(at: place, radius: radius, fill: fill, tip: point.name))
                }
                marks.append(
                    PointerMarks.Mark(
                        box: PlotBox(centre: place, width: 2 * radius, height: 2 * radius),
                        name: point.subjects == nil ? point.name : "", subjects: point.subjects ?? [point.name],
                        facts: [
                            NumberText.reading(point.x), NumberText.reading(point.y),
                            chart.series.count > 1 ? series.name : "", point.category ?? "",
                        ]))
                let isNamed = point.isLabelled || point.isLabelRequired
                items.append(
                    PointLabels.Item(
                        point: place, radius: radius * 1.2, name: isNamed ? point.name : nil,
                        isRequired: point.isLabelRequired))
            }
            for (fill, places) in dots.sorted(by: { $0.key.hex < $1.key.hex }) {
                var path = PathData()
                path.dots(at: places)
                canvas.stroke(path, fill, width: 2 * radius, isRound: true)
            }
        }
        canvas.targets = .marks(marks)
        let labels = PointLabels(
            items: items, size: count <= 60 ? 9.5 : 9, maximumWidth: 130,
            lines: chart.series.compactMap(\.trend).flatMap { $0.places(frame) }, allReachFar: count <= 60)
        return (labels.draw(on: &canvas, within: frame.box), items.count { $0.name?.isEmpty == false })
    }

    private func marker(_ series: Int, _ category: Int) -> Marker {
        isCrowd ? .circle : Palette.marker(categories == nil ? series : category)
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
                let marker = marker(index, 0)
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
                return (name: name, swatch: Legend.Swatch.marker(marker(0, index), colour))
            }
            legends.append(.categories(title: chart.categoryTitle, entries))
        }
        return legends
    }
}
