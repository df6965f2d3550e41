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
    /// A file beside the page, such as the drawing or its data.
    package struct File: Sendable {
        /// What is read on the page: "SVG".
        package var name: String
        /// What it leads to, beginning with the name: "SVG of …", for lists of links and for those who hear the page.
        package var text: String
        /// Relative to the page.
        package var path: String

        package init(_ name: String, _ text: String, path: String) {
            self.name = name
            self.text = text
            self.path = path
        }
    }

    package var files: [File] = []
    /// What the figure shows among what there is to choose from; nil of figures that are shown with every choice.
    package var topic: PageChoices.Topic?

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
