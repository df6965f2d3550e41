/// Writes the blocks of a page one after the other, numbering its figures.
struct PageBlocks: Sendable {
    private var figureCount = 0

    /// `block` as HTML.
    mutating func html(_ block: HTMLPage.Block) -> String {
        switch block {
        case .heading(let text): return "<h3>\(Escaping.markup(text))</h3>\n"
        case .paragraph(let text): return "<p>\(Escaping.markup(text))</p>\n"
        case .note(let text): return "<p class=\"note\">\(Escaping.markup(text))</p>\n"
        case .list(let items):
            guard !items.isEmpty else { return "" }
            return "<ul>\n" + items.map { "<li>\(Escaping.markup($0))</li>\n" }.joined() + "</ul>\n"
        case .figure(let figure): return html(figure)
        case .figures(let figures):
            var output = "<div class=\"figures\">\n"
            for figure in figures { output += html(figure) }
            return output + "</div>\n"
        case .table(let table, let caption): return Self.scrolling(table.html(caption: caption), label: caption)
        case .pictures(let samples):
            return "<ol class=\"pictures\">\n" + samples.map(Self.html).joined() + "</ol>\n"
        case .links(let links):
            guard !links.isEmpty else { return "" }
            return "<ul class=\"links\">\n"
                + links.map { "<li>\(Self.link($0.text, to: $0.path))</li>\n" }.joined() + "</ul>\n"
        case .details(let summary, let blocks):
            var output = "<details>\n<summary>\(Escaping.markup(summary))</summary>\n"
            for block in blocks { output += html(block) }
            return output + "</details>\n"
        case .about(let topic, let blocks):
            var output = "<div\(topic.attributes)>\n"
            for block in blocks { output += html(block) }
            return output + "</div>\n"
        }
    }

    private static func html(_ sample: HTMLPage.Captioned) -> String {
        let text = Escaping.markup(sample.text)
        let picture = sample.picture.map {
            "<img alt=\"\" src=\"data:\(Escaping.markup($0.type));base64,\($0.base64)\"/>"
        }
        let number = sample.number.map { "<span>\($0)</span> " } ?? ""
        let mark = sample.isMarked ? "<b>\(text)</b>" : text
        return "<li\(sample.isMarked ? " class=\"marked\"" : "")>\(picture ?? "")<p>\(number)\(mark)</p></li>\n"
    }

    private mutating func html(_ figure: PageFigure) -> String {
        figureCount += 1
        var output = "<figure id=\"figure-\(figureCount)\"\(figure.topic?.attributes ?? "")>\n"
        output += Self.scrolling(figure.figure.svg, label: figure.figure.title)
        output += "<figcaption><b>Figure \(figureCount).</b> \(Escaping.markup(figure.caption))</figcaption>\n"
        if let targets = figure.figure.targets { output += PageScript.data("targets", targets) }
        switch figure.numbers {
        case .table(let table):
            output += "<details>\n<summary>Data table (\(table.rows.count) rows)</summary>\n"
            output += Self.scrolling(table.html(), label: figure.figure.title) + "</details>\n"
        case .file(let path): output += "<p class=\"data\">Data: \(Self.link(path, to: path))</p>\n"
        case .none: break
        }
        if !figure.files.isEmpty {
            let links = figure.files.map { Self.link($0.name, to: $0.path, saying: $0.text) }
            output += "<p class=\"data\">\(links.joined(separator: " · "))</p>\n"
        }
        return output + "</figure>\n"
    }

    /// A region of its own that scrolls sideways where it is wider than the page, by keyboard too.
    private static func scrolling(_ content: String, label: String) -> String {
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(Escaping.markup(label))\">\n\(content)\n</div>\n"
    }

    /// A link to a relative path; only the text where it could lead elsewhere.
    /// - Parameter words: what it leads to, where the text alone does not say it.
    private static func link(_ text: String, to path: String, saying words: String? = nil) -> String {
        guard let path = relative(path) else { return Escaping.markup(text) }
        let label = words.map(Escaping.markup).map { " title=\"\($0)\" aria-label=\"\($0)\"" } ?? ""
        return "<a href=\"\(Escaping.markup(path))\"\(label)>\(Escaping.markup(text))</a>"
    }

    /// `path` percent-encoded; nil for a scheme ("javascript:"), a root or another host.
    private static func relative(_ path: String) -> String? {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("\\") else { return nil }
        var encoded = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "~", "/": encoded.unicodeScalars.append(scalar)
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
