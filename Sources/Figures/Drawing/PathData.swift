/// The `d` of a path, written step by step.
struct PathData: Sendable {
    private(set) var text = ""

    var isEmpty: Bool { text.isEmpty }

    mutating func move(to point: PlotPoint) { append("M", point) }

    mutating func line(to point: PlotPoint) { append("L", point) }

    mutating func close() { text += "Z" }

    /// A closed rectangle.
    mutating func rectangle(_ box: PlotBox) {
        append("M", PlotPoint(box.left, box.top))
        let width = NumberText.coordinate(box.width)
        text += "h\(width)v\(NumberText.coordinate(box.height))h\(NumberText.coordinate(-box.width))Z"
    }

    /// A line through all `points`; closed on request.
    mutating func polyline(_ points: [PlotPoint], isClosed: Bool = false) {
        for (position, point) in points.enumerated() { append(position == 0 ? "M" : "L", point) }
        if isClosed, !points.isEmpty { close() }
    }

    /// Lines through the middles of `boxes`, of whole coordinates and one unit high, drawn with a stroke one unit wide and the
    /// origin half a unit lower: each relative to the end of the one before.
    mutating func runs(_ boxes: [PlotBox]) {
        var (x, y) = (0, 0)
        for (position, box) in boxes.enumerated() {
            let (left, top, width) = (Int(box.left), Int(box.top), Int(box.width))
            text += position == 0 ? "M" : "m"
            text += "\(left - x) \(top - y)h\(width)"
            (x, y) = (left + width, top)
        }
    }

    /// Strokes of no length at whole coordinates, each relative to the one before: with round ends they are dots.
    mutating func dots(_ places: [(column: Int, row: Int)]) {
        var (x, y) = (0, 0)
        for place in places {
            self.text += isEmpty ? "M" : "m"
            self.text += "\(place.column - x) \(place.row - y)h0"
            (x, y) = (place.column, place.row)
        }
    }

    /// The same at places to a tenth of a pixel.
    mutating func dots(at places: [PlotPoint]) {
        var (x, y) = (0, 0)
        for place in places {
            let (column, row) = (Int((place.x * 10).rounded()), Int((place.y * 10).rounded()))
            text += isEmpty ? "M" : "m"
            text += "\(NumberText.coordinate(Double(column - x) / 10)) \(NumberText.coordinate(Double(row - y) / 10))h0"
            (x, y) = (column, row)
        }
    }

    private mutating func append(_ command: String, _ point: PlotPoint) {
        text += "\(command)\(NumberText.coordinate(point.x)) \(NumberText.coordinate(point.y))"
    }
}
