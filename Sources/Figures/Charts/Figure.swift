/// A drawn chart in its three forms.
package struct Figure: Sendable {
    package let title: String
    /// For the page: as wide as its surroundings up to its natural width, and never narrower than what can be read.
    package var svg: String { drawing.inline }
    /// For a file of its own.
    package var svgFile: String { drawing.file }
    /// What the pointer can meet in the drawing, for the page's script; nil of drawings without.
    var targets: String? { drawing.targets?.json }
    /// A Vega-Lite v6 specification with inline data.
    package var vegaLite: String { spec().text }
    /// Every plotted number.
    package var table: DataTable { numbers() }
    /// The number of rows of `table`.
    package let rowCount: Int
    /// The natural size in CSS pixels, and the width below which the surroundings have to scroll.
    package let width: Double
    package let height: Double
    package let minimumWidth: Double
    /// Every text of the drawing with its box.
    package let labels: [PlacedLabel]
    /// Names for which there was no room: in the table only.
    package let droppedLabels: [String]

    /// Texts are made where they are asked for: few figures stand on a page, and large ones have no specification.
    private let drawing: Drawing
    private let spec: @Sendable () -> VegaLiteSpec
    private let numbers: @Sendable () -> DataTable

    init(
        _ text: ChartText, _ drawing: Drawing, _ spec: @autoclosure @escaping @Sendable () -> VegaLiteSpec,
        _ table: @autoclosure @escaping @Sendable () -> DataTable, rowCount: Int? = nil, droppedLabels: [String] = []
    ) {
        title = text.title
        self.drawing = drawing
        self.spec = spec
        numbers = table
        self.rowCount = rowCount ?? table().rows.count
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
