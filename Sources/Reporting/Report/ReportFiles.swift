internal import Figures

/// A file of a report.
package struct ReportFile: Sendable, Hashable {
    /// Relative to the report's directory, such as `data/metrics.csv`.
    package let path: String
    package let text: String
}

/// The files of a report in the making.
struct ReportFiles: Sendable {
    private(set) var files: [ReportFile] = []
    private var slugs = SlugRegistry()

    /// What of a figure stands on the page besides its drawing.
    enum Numbers {
        /// Its own table, where that is short.
        case own
        /// No table, since the page has these numbers in another one; the figure's own in a file.
        case file
        /// Another table of the same numbers on the page; the figure's own in a file.
        case table(DataTable)
        /// A file that was added before, with those of other figures.
        case shared(path: String, content: String)
        /// Such a file, and a table on the page.
        case sharedWithTable(path: String, content: String, DataTable)
    }

    /// Adds the drawing, its specification for Vega-Lite and its numbers, and returns what the page shows.
    /// - Parameter topic: the metric that it is by, where readers may choose others.
    mutating func add(
        _ figure: Figure, _ name: [String], caption: String, numbers: Numbers = .own, topic: PageChoices.Topic? = nil
    )
        -> PageFigure
    {
        let slug = slugs.unique(name)
        var links: [PageFigure.File] = []
        func link(_ path: String, _ name: String, _ content: String) {
            links.append(PageFigure.File(name, "\(name) of \(content)", path: path))
        }
        func write(_ path: String, _ text: String, _ name: String) {
            files.append(ReportFile(path: path, text: text))
            link(path, name, figure.title)
        }
        write("figures/\(slug).svg", figure.svgFile, "SVG")
        if figure.rowCount <= ReportLimits.rowsInSpecs {
            write("figures/\(slug).vl.json", figure.vegaLite, "Vega-Lite")
        }
        let shown: PageFigure.Numbers
        switch numbers {
        case .own, .file, .table:
            let own = figure.table
            write("data/\(slug).csv", own.csv, "CSV")
            shown =
                switch numbers {
                case .table(let table): .table(table)
                case .own where own.rows.count <= ReportLimits.rowsInTables: .table(own)
                default: .none
                }
        case .shared(let path, let content):
            link(path, "CSV", content)
            shown = .none
        case .sharedWithTable(let path, let content, let table):
            link(path, "CSV", content)
            shown = .table(table)
        }
        var page = PageFigure(figure, caption: caption, numbers: shown)
        page.files = links
        page.topic = topic
        return page
    }

    /// Adds a table and returns its path.
    mutating func add(_ table: DataTable, _ name: [String]) -> String {
        let path = "data/\(slugs.unique(name)).csv"
        files.append(ReportFile(path: path, text: table.csv))
        return path
    }

    /// Adds the page.
    mutating func add(_ page: HTMLPage) { files.append(ReportFile(path: "report.html", text: page.html)) }
}
