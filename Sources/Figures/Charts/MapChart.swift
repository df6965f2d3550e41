/// Points in the plane whose distances are what matters: UMAP or multidimensional scaling of models.
package struct MapChart: Chart {
    /// One point.
    package struct Point: Sendable {
        package var x: Double
        package var y: Double
        package var name: String
        /// Chooses the shape.
        package var family: String
        /// Chooses the colour where the chart has a colour scale; NaN is unknown, drawn hollow.
        package var score: Double
        /// Whether its name is written before all others, with a line to it if need be.
        package var isLabelRequired: Bool

        package init(
            x: Double, y: Double, name: String, family: String, score: Double = .nan, isLabelRequired: Bool = false
        ) {
            self.x = x
            self.y = y
            self.name = name
            self.family = family
            self.score = score
            self.isLabelRequired = isLabelRequired
        }
    }

    package var text: ChartText
    package var points: [Point]
    /// Colours by score; families have the colours where nil.
    package var colours: ColourScale?
    /// What the score is, with its unit.
    package var colourTitle = ""
    package var familyTitle = ""
    /// Below the map: trustworthiness, continuity, rank correlation or stress.
    package var quality = ""
    package var width = 640.0

    package init(_ text: ChartText, points: [Point]) {
        self.text = text
        self.points = points
    }

    package func figure() -> Figure {
        let (drawing, dropped) = MapDrawing(self).drawing()
        return Figure(text, drawing, spec, table, droppedLabels: dropped)
    }

    private var table: DataTable {
        DataTable(
            columns: ["name", "family", "score", "x", "y"],
            rows: points.map { [.text($0.name), .text($0.family), .number($0.score), .number($0.x), .number($0.y)] })
    }
}
