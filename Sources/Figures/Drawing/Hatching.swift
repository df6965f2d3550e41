/// Diagonal lines that fill boxes for which there is no value.
///
/// Drawn as one path rather than as an SVG pattern: a pattern needs an id, which must be unique in a page of many drawings.
enum Hatching {
    /// Behind the lines.
    static let ground = Colour(0xF4, 0xF4, 0xF4)

    /// Hatches `boxes` with lines from lower left to upper right, continuous from box to box.
    static func draw(_ boxes: [PlotBox], spacing: Double = 4, on canvas: inout Canvas) {
        guard !boxes.isEmpty else { return }
        var ground = PathData()
        var lines = PathData()
        for box in boxes {
            ground.rectangle(box)
            // Lines x + y = c.
            var c = ((box.left + box.top) / spacing).rounded(.up) * spacing
            while c < box.right + box.bottom {
                let fromX = max(box.left, c - box.bottom)
                let toX = min(box.right, c - box.top)
                if toX - fromX > 0.01 {
                    lines.polyline([PlotPoint(fromX, c - fromX), PlotPoint(toX, c - toX)])
                }
                c += spacing
            }
        }
        canvas.fill(ground, Self.ground, crisp: true)
        canvas.stroke(lines, Ink.hatching, width: 0.7)
    }
}
