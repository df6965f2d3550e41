/// A self-contained page of sections, figures and tables: no network, and no script but its own, without which it says all that it says.
package struct HTMLPage: Sendable {
    package var title: String
    /// Below the title: what was compared.
    package var subtitle: String
    package var sections: [Section]
    /// At the end: provenance.
    package var footer: String
    /// What made the page, as programs find it in the head; nothing where it is empty.
    package var generator: String
    /// Files beside the page that belong to it, as relative paths; programs find them in the head, in a list that has spaces between.
    package var files: [String]
    /// What a reader may choose to see alone; nil where there is nothing to choose.
    package var choices: PageChoices?

    /// A heading and what stands below it.
    package struct Section: Sendable {
        package var title: String
        package var blocks: [Block]

        package init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    /// A part of a section. All texts are plain: they are escaped.
    package indirect enum Block: Sendable {
        case heading(String)
        case paragraph(String)
        case list([String])
        /// A paragraph set apart: what is missing, what to beware of.
        case note(String)
        case figure(PageFigure)
        /// Figures beside one another where the page is wide enough.
        case figures([PageFigure])
        case table(DataTable, caption: String)
        /// Samples side by side, with their pictures where there are such.
        case pictures([Captioned])
        /// Files beside the page, as relative paths.
        case links([(text: String, path: String)])
        /// Folded up until it is clicked.
        case details(summary: String, [Block])
        /// Blocks of one topic among those to choose from.
        case about(PageChoices.Topic, [Block])
    }

    /// A picture inside the page.
    package struct Picture: Sendable {
        /// What browsers call its kind, such as `image/png`.
        package var type: String
        package var base64: String

        package init(type: String, base64: String) {
            self.type = type
            self.base64 = base64
        }
    }

    /// A sample in a row of samples.
    package struct Captioned: Sendable {
        package var text: String
        /// Its rank in the row.
        package var number: Int?
        package var picture: Picture?
        /// Set apart from others.
        package var isMarked: Bool

        package init(text: String, number: Int?, picture: Picture?, isMarked: Bool) {
            self.text = text
            self.number = number
            self.picture = picture
            self.isMarked = isMarked
        }
    }

    package init(
        title: String, subtitle: String = "", sections: [Section] = [], footer: String = "", generator: String = "",
        files: [String] = [], choices: PageChoices? = nil
    ) {
        self.title = title
        self.subtitle = subtitle
        self.sections = sections
        self.footer = footer
        self.generator = generator
        self.files = files
        self.choices = choices
    }

    /// The page as HTML that is well-formed XML too.
    package var html: String {
        let name = Escaping.markup(title)
        var output = """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            \(marks)<title>\(name)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <header>
            <h1>\(name)</h1>

            """
        if !subtitle.isEmpty { output += "<p>\(Escaping.markup(subtitle))</p>\n" }
        output += "</header>\n" + contents + "<main>\n"
        var blocks = PageBlocks()
        for (position, section) in sections.enumerated() {
            output += "<section id=\"section-\(position + 1)\">\n"
            output += "<h2>\(position + 1). \(Escaping.markup(section.title))</h2>\n"
            for block in section.blocks { output += blocks.html(block) }
            output += "</section>\n"
        }
        output += "</main>\n"
        if !footer.isEmpty { output += "<footer><p>\(Escaping.markup(footer))</p></footer>\n" }
        if let choices { output += PageScript.data("choices", choices.json) }
        output += PageScript.element
        return output + "</body>\n</html>\n"
    }

    /// Nothing from anywhere, and of scripts the page's own alone.
    private var policy: String {
        "default-src 'none'; script-src '\(PageScript.source)'; style-src 'unsafe-inline'; img-src data:"
    }

    /// By which the page and its files are known again.
    private var marks: String {
        let marks = [("generator", generator), ("files", files.joined(separator: " "))]
        return marks.filter { !$0.1.isEmpty }.map { "<meta name=\"\($0.0)\" content=\"\(Escaping.markup($0.1))\"/>\n" }
            .joined()
    }

    /// The table of contents.
    private var contents: String {
        guard sections.count > 1 else { return "" }
        let entries = sections.enumerated().map { position, section in
            "<li><a href=\"#section-\(position + 1)\">\(Escaping.markup(section.title))</a></li>\n"
        }
        return "<nav aria-label=\"Contents\">\n<ol>\n\(entries.joined())</ol>\n</nav>\n"
    }
}
