/// A drawing in the making: its elements, and the box of every text.
struct Canvas: Sendable {
    private var elements: [SVGElement] = []
    private(set) var labels: [PlacedLabel] = []
    private var smallestFont = Ink.bodySize
    /// What the pointer can meet, where the page has a script.
    var targets: PointerTargets?

    /// The smallest size in CSS pixels that text may shrink to on a narrow screen.
    private static let legibleSize = 7.4

    /// How text stands to its place.
    enum Anchor: String, Sendable { case start, middle, end }

    mutating func add(_ element: SVGElement) { elements.append(element) }

    /// A path of a stroke only, such as an axis.
    mutating func stroke(
        _ path: PathData, _ colour: Colour, width: Double, dashes: String? = nil, crisp: Bool = false,
        isRound: Bool = false
    ) {
        guard !path.isEmpty else { return }
        add(
            SVGElement(
                "path",
                [
                    "d": path.text, "fill": "none", "stroke": colour, "stroke-width": width, "stroke-dasharray": dashes,
                    "stroke-linejoin": "round", "stroke-linecap": isRound ? "round" : nil,
                    "shape-rendering": crisp ? "crispEdges" : nil,
                ]))
    }

    /// A straight line.
    mutating func line(_ from: PlotPoint, _ to: PlotPoint, _ colour: Colour, width: Double, dashes: String? = nil) {
        var path = PathData()
        path.polyline([from, to])
        stroke(path, colour, width: width, dashes: dashes)
    }

    /// A path filled with `colour`.
    mutating func fill(_ path: PathData, _ colour: Colour, opacity: Double? = nil, crisp: Bool = false) {
        guard !path.isEmpty else { return }
        add(
            SVGElement(
                "path",
                [
                    "d": path.text, "fill": colour, "fill-opacity": opacity,
                    "shape-rendering": crisp ? "crispEdges" : nil,
                ]))
    }

    /// Text whose vertical middle is at `point`; turned upwards (read from below) on request. A halo keeps it legible over lines.
    mutating func text(
        _ text: String, at point: PlotPoint, size: Double = Ink.bodySize, anchor: Anchor = .start,
        colour: Colour = Ink.text, on background: Colour = Ink.background, isBold: Bool = false,
        isUpright: Bool = false, hasHalo: Bool = false, role: PlacedLabel.Role
    ) {
        let text = Escaping.visible(text)
        guard !text.isEmpty else { return }
        // Capitals and figures reach 0.72 em above the baseline: half of it below the middle.
        let shift = 0.36 * size
        let baseline = isUpright ? PlotPoint(point.x + shift, point.y) : PlotPoint(point.x, point.y + shift)
        let place = "\(NumberText.coordinate(baseline.x)) \(NumberText.coordinate(baseline.y))"
        add(
            SVGElement(
                "text",
                [
                    "x": isUpright ? nil : baseline.x, "y": isUpright ? nil : baseline.y,
                    "transform": isUpright ? "translate(\(place)) rotate(-90)" : nil, "font-size": size,
                    "font-weight": isBold ? "600" : nil, "text-anchor": anchor == .start ? nil : anchor.rawValue,
                    "fill": colour, "stroke": hasHalo ? background : nil, "stroke-width": hasHalo ? 2.5 : nil,
                    "stroke-linejoin": hasHalo ? "round" : nil, "paint-order": hasHalo ? "stroke" : nil,
                ], text: text))
        smallestFont = min(smallestFont, size)
        let width = TextMetrics.width(text, size: size, isBold: isBold)
        let box = Self.box(point, width: width, height: size, anchor, isUpright: isUpright)
        labels.append(
            PlacedLabel(role: role, text: text, box: box, fontSize: size, colour: colour, background: background))
    }

    /// The box of text of `width` and `height` at `point`.
    static func box(_ point: PlotPoint, width: Double, height: Double, _ anchor: Anchor, isUpright: Bool) -> PlotBox {
        let before =
            switch anchor {
            case .start: 0.0
            case .middle: width / 2
            case .end: width
            }
        return isUpright
            ? PlotBox(left: point.x - height / 2, top: point.y - (width - before), width: height, height: width)
            : PlotBox(left: point.x - before, top: point.y - height / 2, width: width, height: height)
    }

    /// The finished drawing; `title` and `description` are what a screen reader says.
    func drawing(width: Double, height: Double, title: String, description: String) -> Drawing {
        var content = [SVGElement("title", text: title), SVGElement("desc", text: description)]
        content.append(
            SVGElement("rect", ["width": width.rounded(.up), "height": height.rounded(.up), "fill": Ink.background]))
        // Text must not shrink below what can be read: wide drawings scroll instead.
        let narrowest = (width * min(1, Self.legibleSize / smallestFont)).rounded(.up)
        return Drawing(
            width: width.rounded(.up), height: height.rounded(.up), minimumWidth: narrowest,
            content: content + elements,
            labels: labels, targets: targets)
    }
}
