/// Points in space in colours of their own, seen from three sides: each view shows two of the three axes, all to one scale.
package struct CloudChart: Chart {
    /// One point.
    package struct Point: Sendable {
        package var place: SIMD3<Double>
        /// Where it would belong, with a line from there; nil where nothing is to compare with.
        package var target: SIMD3<Double>?
        package var colour: Colour
        package var name: String

        package init(place: SIMD3<Double>, target: SIMD3<Double>? = nil, colour: Colour, name: String) {
            self.place = place
            self.target = target
            self.colour = colour
            self.name = name
        }
    }

    package var text: ChartText
    /// The titles of the three axes.
    package var axes: [String]
    package var points: [Point]
    package var width = 1000.0

    package init(_ text: ChartText, axes: [String], points: [Point]) {
        precondition(axes.count == 3, "space has three axes")
        self.text = text
        self.axes = axes
        self.points = points
    }

    /// The axes of each view: to the right, upwards.
    static let views = [(1, 2), (1, 0), (2, 0)]

    package func figure() -> Figure { Figure(text, CloudDrawing(self).drawing(), spec, table) }

    private var table: DataTable {
        var table = DataTable(columns: ["name", "colour"] + axes + axes.map { "\($0), target" })
        for point in points {
            table.append(
                [.text(point.name), .text(point.colour.hex)] + (0..<3).map { .number(point.place[$0]) }
                    + (0..<3).map { .init(point.target?[$0]) })
        }
        return table
    }
}
