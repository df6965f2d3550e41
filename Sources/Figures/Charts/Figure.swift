/// A drawn chart in its three forms.
package struct Figure: Sendable {
    package let title: String
    /// For the page: as wide as its surroundings up to its natural width, and never narrower than what can be read.
    package let svg: String
    /// For a file of its own.
    package let svgFile: String
    /// A Vega-Lite v6 specification with inline data.
    package let vegaLite: String
    /// Every plotted number.
    package let table: DataTable
    /// The natural size in CSS pixels, and the width below which the surroundings have to scroll.
    package let width: Double
    package let height: Double
    package let minimumWidth: Double
    /// Every text of the drawing with its box.
    package let labels: [PlacedLabel]
    /// Names for which there was no room: in the table only.
    package let droppedLabels: [String]

    init(_ drawing: Drawing, _ spec: VegaLiteSpec, _ table: DataTable, droppedLabels: [String] = []) {
        title = spec.title
        svg = drawing.inline
        svgFile = drawing.file
        vegaLite = spec.text
        self.table = table
        width = drawing.width
        height = drawing.height
        minimumWidth = drawing.minimumWidth
        labels = drawing.labels
        self.droppedLabels = droppedLabels
    }
}

/// Plain values that can be drawn.
package protocol Chart: Sendable {
    /// Draws the chart: the same bytes for the same values.
    func figure() -> Figure
}

/// What every chart says about itself.
package struct ChartText: Sendable {
    package var title: String
    /// Below the title: n, metric, k, variant.
    package var subtitle: String
    /// For those who cannot see the chart; the title and subtitle where empty.
    package var description: String

    package init(_ title: String, subtitle: String = "", description: String = "") {
        self.title = title
        self.subtitle = subtitle
        self.description = description
    }

    /// The description, or what `summary` says of the chart.
    func spoken(_ summary: String) -> String {
        description.isEmpty ? [subtitle, summary].filter { !$0.isEmpty }.joined(separator: ". ") : description
    }
}
