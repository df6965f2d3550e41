/// Curves over a number, such as scores over k.
package struct LineChart: Chart {
    /// One curve.
    package struct Curve: Sendable {
        package var name: String
        package var x: [Double]
        package var y: [Double]
        /// Edges of a band or of error bars, one for each x; none where empty.
        package var lower: [Double]
        package var upper: [Double]
        /// What the curve is about, such as two models; nothing where it is about nothing that other figures show.
        package var subjects: [String]

        package init(
            _ name: String, x: [Double], y: [Double], lower: [Double] = [], upper: [Double] = [],
            subjects: [String] = []
        ) {
            precondition(x.count == y.count && lower.count == upper.count && (lower.isEmpty || lower.count == x.count))
            self.name = name
            self.x = x
            self.y = y
            self.lower = lower
            self.upper = upper
            self.subjects = subjects
        }
    }

    /// A horizontal line to compare with, such as chance.
    package struct Reference: Sendable {
        package var value: Double
        package var label: String

        package init(_ value: Double, label: String) {
            self.value = value
            self.label = label
        }
    }

    /// How uncertainty is drawn.
    package enum Uncertainty: Sendable { case band, errorBars }

    /// How a reader learns which curve is which: beside its end where all fit, or above the plot.
    package enum Naming: Sendable { case automatic, direct, legend }

    package var text: ChartText
    package var x: Axis
    package var y: Axis
    package var curves: [Curve]
    package var reference: Reference?
    package var uncertainty = Uncertainty.band
    package var naming = Naming.automatic
    /// Draws a marker at each value.
    package var hasMarkers = true
    package var width = 530.0
    package var plotHeight = 300.0

    package init(_ text: ChartText, x: Axis, y: Axis, curves: [Curve]) {
        self.text = text
        self.x = x
        self.y = y
        self.curves = curves
    }

    package func figure() -> Figure { Figure(text, LineDrawing(self).drawing(), spec, table) }

    private var table: DataTable {
        var table = DataTable(columns: ["curve", "x", "y", "lower", "upper"])
        for curve in curves {
            for position in curve.x.indices {
                let hasEdges = !curve.lower.isEmpty
                table.append([
                    .text(curve.name), .number(curve.x[position]), .number(curve.y[position]),
                    .init(hasEdges ? curve.lower[position] : nil), .init(hasEdges ? curve.upper[position] : nil),
                ])
            }
        }
        if let reference {
            table.append([.text(reference.label), .missing, .number(reference.value), .missing, .missing])
        }
        return table
    }
}
