/// What colours, shapes and lines stand for.
enum Legend: Sendable {
    /// A sample of a category.
    enum Swatch: Sendable {
        case square(Colour)
        case hatched
        case marker(Marker, Colour?)
        case line(Colour, dashes: String?, Marker?)
        case bar(width: Double, Colour)
        case ring(isFilled: Bool)
    }

    case categories(title: String, [(name: String, swatch: Swatch)])
    case colourBar(title: String, ColourScale, note: String?)

    /// Draws it and returns its lower edge.
    func draw(on canvas: inout Canvas, left: Double, top: Double, width: Double) -> Double {
        switch self {
        case .categories(let title, let entries):
            Self.draw(title, entries, on: &canvas, left, top, width)
        case .colourBar(let title, let scale, let note):
            Self.draw(title, scale, note, on: &canvas, left, top, width)
        }
    }

    private static let size = Ink.bodySize - 0.5
    private static let swatchWidth = 18.0

    private static func draw(
        _ title: String, _ entries: [(name: String, swatch: Swatch)], on canvas: inout Canvas, _ left: Double,
        _ top: Double, _ width: Double
    ) -> Double {
        let lineHeight = size + 5
        var x = left
        var y = top + lineHeight / 2
        if !title.isEmpty {
            let text = TextMetrics.shortened(title, to: width, size: size)
            canvas.text(text, at: PlotPoint(x, y), size: size, colour: Ink.secondaryText, role: .legend)
            x += TextMetrics.width(text, size: size) + 12
        }
        let first = x
        for entry in entries {
            let name = TextMetrics.shortened(entry.name, to: width - swatchWidth, size: size)
            let entryWidth = swatchWidth + TextMetrics.width(name, size: size)
            if x > left, x + entryWidth > left + width {
                // Below the first entry, unless the title leaves too little room.
                x = first + entryWidth <= left + width ? first : left
                y += lineHeight
            }
            draw(entry.swatch, on: &canvas, centre: PlotPoint(x + 6.5, y))
            canvas.text(name, at: PlotPoint(x + swatchWidth, y), size: size, role: .legend)
            x += entryWidth + 14
        }
        return y + lineHeight / 2
    }

    private static func draw(_ swatch: Swatch, on canvas: inout Canvas, centre: PlotPoint) {
        switch swatch {
        case .square(let colour):
            var path = PathData()
            path.rectangle(PlotBox(centre: centre, width: 11, height: 11))
            canvas.add(
                SVGElement("path", ["d": path.text, "fill": colour, "stroke": Ink.outline, "stroke-width": 0.5]))
        case .hatched:
            let box = PlotBox(centre: centre, width: 11, height: 11)
            Hatching.draw([box], on: &canvas)
            var path = PathData()
            path.rectangle(box)
            canvas.stroke(path, Ink.frame, width: 0.8)
        case .marker(let marker, let colour): canvas.add(marker.element(at: centre, radius: 4.5, fill: colour))
        case .line(let colour, let dashes, let marker):
            canvas.line(
                PlotPoint(centre.x - 8, centre.y), PlotPoint(centre.x + 8, centre.y), colour, width: 1.8, dashes: dashes
            )
            if let marker { canvas.add(marker.element(at: centre, radius: 3.5, fill: colour)) }
        case .bar(let width, let colour):
            canvas.line(PlotPoint(centre.x, centre.y - 6), PlotPoint(centre.x, centre.y + 6), colour, width: width)
        case .ring(let isFilled):
            let inside: any AttributeValue = isFilled ? Ink.outline : "none"
            canvas.add(
                SVGElement(
                    "circle",
                    [
                        "cx": centre.x, "cy": centre.y, "r": 3.2, "fill": inside, "stroke": Ink.outline,
                        "stroke-width": 1.4,
                    ]))
        }
    }

    private static func draw(
        _ title: String, _ scale: ColourScale, _ note: String?, on canvas: inout Canvas, _ left: Double, _ top: Double,
        _ width: Double
    ) -> Double {
        let text = TextMetrics.shortened(title, to: width, size: size)
        canvas.text(text, at: PlotPoint(left, top + size / 2), size: size, colour: Ink.secondaryText, role: .legend)
        let bar = PlotBox(left: left, top: top + size + 5, width: min(256, width * 0.7), height: 10)
        for step in 0..<scale.steps {
            let stepWidth = bar.width / Double(scale.steps)
            canvas.add(
                SVGElement(
                    "rect",
                    [
                        "x": bar.left + Double(step) * stepWidth, "y": bar.top, "width": stepWidth,
                        "height": bar.height,
                        "fill": scale.colour(ofStep: step), "shape-rendering": "crispEdges",
                    ]))
        }
        let axis = AxisScale(
            lower: scale.domain.lowerBound, upper: scale.domain.upperBound, isLogarithmic: false, start: bar.left,
            end: bar.right)
        let isSingle = scale.domain.lowerBound == scale.domain.upperBound
        let ticks = Ticks.linear(scale.domain, count: 4)
        var end = -Double.infinity
        for (value, label) in zip(ticks.values, ticks.labels) {
            let labelWidth = TextMetrics.width(label, size: size)
            // Where all values are equal, they have the middle of the scale.
            guard let place = isSingle ? bar.centre.x : axis.position(value) else { continue }
            // The page's margin leaves the first number room to stand below its tick.
            let x = max(place, left - 10 + labelWidth / 2)
            guard x - labelWidth / 2 > end + 4 else { continue }
            end = x + labelWidth / 2
            canvas.line(PlotPoint(place, bar.bottom), PlotPoint(place, bar.bottom + 3), Ink.axis, width: 0.8)
            canvas.text(label, at: PlotPoint(x, bar.bottom + 5 + size / 2), size: size, anchor: .middle, role: .tick)
        }
        let bottom = bar.bottom + 6 + size
        guard let note else { return bottom }
        // Beside the bar, or below its numbers where it would be cut.
        let isBeside = TextMetrics.width(note, size: size) <= left + width - bar.right - 20 - swatchWidth
        let centre =
            isBeside ? PlotPoint(bar.right + 20 + 6.5, bar.centre.y) : PlotPoint(left + 6.5, bottom + 5 + size / 2)
        draw(.hatched, on: &canvas, centre: centre)
        canvas.text(
            TextMetrics.shortened(note, to: width - swatchWidth, size: size),
            at: PlotPoint(centre.x + swatchWidth - 6.5, centre.y), size: size, role: .legend)
        return isBeside ? bottom : bottom + 5 + size
    }
}
