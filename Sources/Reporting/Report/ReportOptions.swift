/// What a reader of a report may choose.
package struct ReportOptions: Sendable {
    /// Pairs of models whose layers are shown in any case.
    package var pairs: [(x: String, y: String)]
    /// Bootstrap bands draw whole families of models.
    package var resamplesFamilies: Bool
    /// cividis in place of viridis.
    package var isCividis: Bool
    /// How a score becomes the distance that models are mapped by.
    package var distance: MapOptions.Distance

    package init(
        pairs: [(x: String, y: String)] = [], resamplesFamilies: Bool = false, isCividis: Bool = false,
        distance: MapOptions.Distance = .log
    ) {
        self.pairs = pairs
        self.resamplesFamilies = resamplesFamilies
        self.isCividis = isCividis
        self.distance = distance
    }
}

/// How much a report shows on its page; more stands in files beside it.
enum ReportLimits {
    /// Above so many models on a side, tables of models are in `data/` only.
    static let modelsInTables = 60
    /// Above so many rows, a table is in `data/` only.
    static let rowsInTables = 60
    /// Above so many rows of data, a heatmap has no Vega-Lite specification.
    static let rowsInSpecs = 20_000
    /// Pairs of layers against layers, shared by the pairs of modalities, and the fewest of each.
    static let layerHeatmaps = 24
    static let fewestOfKind = 4
    static let scatterPlots = 8
    /// Plots of metrics other than the leading one, in files.
    static let scatterFiles = 40
    /// Curves of single pairs or models in one chart.
    static let curves = 14
    /// Items of a list of layers or causes.
    static let listed = 12
}
