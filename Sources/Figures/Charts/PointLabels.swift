internal import Foundation

/// Names beside the points of a scatter plot or map.
struct PointLabels: Sendable {
    /// A drawn point that may be named.
    struct Item: Sendable {
        var point: PlotPoint
        var radius: Double
        var name: String?
        var isRequired: Bool
    }

    let items: [Item]
    let size: Double
    /// The longest name in pixels.
    let maximumWidth: Double
    /// Lines of the plot, which names keep off where they can.
    var lines: [[PlotPoint]] = []
    /// Whether a name may be far from its point rather than left out.
    var allReachFar = false

    /// Draws what finds a place within `bounds` and returns the names that found none.
    func draw(on canvas: inout Canvas, within bounds: PlotBox) -> [String] {
        let named = items.compactMap { item -> (item: Item, name: String, text: String)? in
            guard let name = item.name, !name.isEmpty else { return nil }
            return (item, name, TextMetrics.shortened(name, to: maximumWidth, size: size))
        }
        let requests = named.map { entry in
            LabelPlacer.Request(
                anchor: entry.item.point, radius: entry.item.radius, width: TextMetrics.width(entry.text, size: size),
                height: size, isRequired: entry.item.isRequired)
        }
        let obstacles = items.map { PlotBox(centre: $0.point, width: 2 * $0.radius, height: 2 * $0.radius) }
        let placements = LabelPlacer(
            bounds: bounds, obstacles: obstacles, lines: lines, allReachFar: allReachFar
        ).place(requests)
        var leaders = PathData()
        for (request, placement) in zip(requests, placements) {
            guard let placement, placement.hasLeader else { continue }
            leaders.polyline(Self.leader(from: request, to: placement.box))
        }
        canvas.stroke(leaders, Ink.axis, width: 0.6)
        var dropped: [String] = []
        for (entry, placement) in zip(named, placements) {
            guard let placement else {
                dropped.append(entry.name)
                continue
            }
            // Anchored at the side of the point, so that a narrower font leaves its gap on the other side.
            let (box, x) = (placement.box, entry.item.point.x)
            let anchor: Canvas.Anchor = box.right <= x ? .end : (box.left >= x ? .start : .middle)
            let place = anchor == .end ? box.right : (anchor == .start ? box.left : box.centre.x)
            canvas.text(
                entry.text, at: PlotPoint(place, box.centre.y), size: size, anchor: anchor, hasHalo: true, role: .point)
        }
        return dropped
    }

    /// From the marker's edge to the nearest place of the box.
    private static func leader(from request: LabelPlacer.Request, to box: PlotBox) -> [PlotPoint] {
        // A box above or below is met well within, as a narrower font would not reach its ends.
        let isBeside = request.anchor.x <= box.left || request.anchor.x >= box.right
        let slack = isBeside ? 0 : box.width * 0.08
        let end = PlotPoint(
            max(box.left + slack, min(box.right - slack, request.anchor.x)),
            max(box.top, min(box.bottom, request.anchor.y)))
        let length = hypot(end.x - request.anchor.x, end.y - request.anchor.y)
        guard length > request.radius else { return [] }
        let share = request.radius / length
        let start = PlotPoint(
            request.anchor.x + (end.x - request.anchor.x) * share, request.anchor.y + (end.y - request.anchor.y) * share
        )
        return [start, end]
    }
}
