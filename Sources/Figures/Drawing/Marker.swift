internal import Foundation

/// The shapes of points: all closed, of about the same area.
package enum Marker: String, Sendable, CaseIterable {
    case circle, square, triangle, diamond, cross, triangleDown, star, pentagon, saltire, bowtie

    /// The corners for a radius of 1, y downwards; none for the circle.
    var corners: [PlotPoint] {
        switch self {
        case .circle: []
        case .square: [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)].map { PlotPoint($0.0, $0.1) }
        case .triangle: Self.polygon(3, radius: 1.32, turn: 0)
        case .triangleDown: Self.polygon(3, radius: 1.32, turn: 0.5)
        case .diamond: [(0, -1.3), (0.95, 0), (0, 1.3), (-0.95, 0)].map { PlotPoint($0.0, $0.1) }
        case .cross: Self.plus
        case .saltire: Self.plus.map { PlotPoint(($0.x - $0.y) * 0.7071, ($0.x + $0.y) * 0.7071) }
        case .star: Self.fivePoints
        case .pentagon: Self.polygon(5, radius: 1.12, turn: 0)
        case .bowtie: Self.twoWedges
        }
    }

    /// The outline around `centre`.
    func path(at centre: PlotPoint, radius: Double) -> PathData {
        var path = PathData()
        path.polyline(corners.map { PlotPoint(centre.x + radius * $0.x, centre.y + radius * $0.y) }, isClosed: true)
        return path
    }

    /// The element that draws it; `tip` is what the mouse shows. Without a fill it is hollow.
    func element(at centre: PlotPoint, radius: Double, fill: Colour?, tip: String? = nil) -> SVGElement {
        let inside: any AttributeValue = fill ?? Ink.background
        let children = tip.map { [SVGElement("title", text: $0)] } ?? []
        if self == .circle {
            return SVGElement(
                "circle",
                [
                    "cx": centre.x, "cy": centre.y, "r": radius, "fill": inside, "stroke": Ink.outline,
                    "stroke-width": 0.6,
                ], children: children)
        }
        return SVGElement(
            "path",
            [
                "d": path(at: centre, radius: radius).text, "fill": inside, "stroke": Ink.outline, "stroke-width": 0.6,
                "stroke-linejoin": "round",
            ], children: children)
    }

    /// The shape for Vega: a name, or a path around the origin.
    var vegaShape: String {
        if self == .circle { return "circle" }
        var path = PathData()
        // Vega scales paths by half the root of the size, circles by the root of the size over π.
        path.polyline(corners.map { PlotPoint($0.x * 1.13, $0.y * 1.13) }, isClosed: true)
        return path.text
    }

    private static func polygon(_ count: Int, radius: Double, turn: Double) -> [PlotPoint] {
        (0..<count).map { corner in
            let angle = 2 * Double.pi * (Double(corner) / Double(count) + turn) - .pi / 2
            return PlotPoint(radius * cos(angle), radius * sin(angle))
        }
    }

    private static let plus: [PlotPoint] = {
        let (long, thick) = (1.2, 0.42)
        return [
            (-thick, -long), (thick, -long), (thick, -thick), (long, -thick), (long, thick), (thick, thick),
            (thick, long), (-thick, long), (-thick, thick), (-long, thick), (-long, -thick), (-thick, -thick),
        ].map { PlotPoint($0.0, $0.1) }
    }()

    private static let twoWedges: [PlotPoint] = [
        (-1.15, -0.95), (0, -0.3), (1.15, -0.95), (1.15, 0.95), (0, 0.3), (-1.15, 0.95),
    ].map { PlotPoint($0.0, $0.1) }

    private static let fivePoints: [PlotPoint] = (0..<10).map { corner in
        let angle = Double.pi * Double(corner) / 5 - .pi / 2
        let radius = corner % 2 == 0 ? 1.45 : 0.6
        return PlotPoint(radius * cos(angle), radius * sin(angle))
    }
}
