/// A figure on a page: the drawing, what is said below it, and where its numbers are.
package struct PageFigure: Sendable {
    /// Where the numbers of a figure are.
    package enum Numbers: Sendable {
        /// In a table behind the figure.
        case table(DataTable)
        /// In a file beside the page, as a relative path.
        case file(String)
        case none
    }

    package var figure: Figure
    package var caption: String
    package var numbers: Numbers
    /// Files beside the page, such as the drawing and its data, as relative paths.
    package var files: [(text: String, path: String)] = []

    /// A figure with its own table.
    package init(_ figure: Figure, caption: String) {
        self.init(figure, caption: caption, numbers: .table(figure.table))
    }

    /// A figure whose numbers are elsewhere, such as those of large heatmaps.
    package init(_ figure: Figure, caption: String, numbers: Numbers) {
        self.figure = figure
        self.caption = caption
        self.numbers = numbers
    }
}
