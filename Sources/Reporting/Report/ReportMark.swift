internal import Foundation
internal import SweepModel

/// What writes a directory with a page: what the page says that it was made by.
package enum PageMaker: String, Sendable {
    case report = "platonic report"
    case neighbours = "platonic neighbours"
    case contrastiveStudy = "platonic study contrastive"
    case colourStudy = "platonic study colour"

    /// What stands beside the page and its two folders.
    var files: [String] {
        switch self {
        case .report, .neighbours: []
        case .contrastiveStudy, .colourStudy: [StudyFormat.file]
        }
    }
}

/// By what the page of a report is known, and which files beside it are its own.
struct ReportMark {
    static let page = "report.html"
    static let folders = ["figures", "data"]

    /// Relative to the report's directory; the page is not among them.
    private let files: Set<String>
    private let maker: PageMaker
    /// Whether an earlier build made the page, which did not list its files.
    private let isFormer: Bool

    private static let longestPage: Int64 = 1 << 28
    /// How pages of builds that did not name themselves begin, to the start of their title, and tables that they did not link to.
    private static let formerStart =
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        + "<meta http-equiv=\"Content-Security-Policy\" "
        + "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>Alignment of models: "
    private static let formerTables = ["metrics", "stores", "mean-scores"].map { "data/\($0).csv" }
    private static let formerTableStart = "data/competence-models-"

    /// Nil where the file is no page of `maker`.
    init?(_ page: borrowing ExistingFile, of maker: PageMaker) {
        guard page.size <= Self.longestPage else { return nil }
        self.maker = maker
        let text = String(decoding: page.prefix(Int(page.size)), as: UTF8.self)
        let head = text.prefix(upTo: text.range(of: "</head>")?.lowerBound ?? text.startIndex)
        if head.contains("<meta name=\"generator\" content=\"\(maker.rawValue)\"/>") {
            let list = Self.quoted(after: "<meta name=\"files\" content=\"", in: head).first ?? ""
            files = Set(list.split(separator: " ").map(String.init))
            isFormer = false
        } else if maker == .report, text.hasPrefix(Self.formerStart) {
            let linked = Self.quoted(after: "href=\"", in: text[...])
            files = Set(linked.flatMap(Self.siblings) + Self.formerTables)
            isFormer = true
        } else {
            return nil
        }
    }

    /// Whether a file beside the page is its own.
    func isOwn(_ file: String) -> Bool {
        // Whoever writes a page can list any name; ours are of these folders and endings.
        let isPossible =
            Self.folders.contains { file.hasPrefix("\($0)/") }
            && [".svg", ".vl.json", ".csv"].contains { file.hasSuffix($0) }
        return (isPossible || maker.files.contains(file)) && files.contains(file)
            || (isFormer && file.hasPrefix(Self.formerTableStart) && file.hasSuffix(".csv"))
    }

    /// A drawing, its specification and its numbers have one name, and the page linked to one of them at least.
    private static func siblings(_ path: String) -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, folders.contains(String(parts[0])) else { return [] }
        var name = parts[1]
        for ending in [".svg", ".vl.json", ".csv"] where name.hasSuffix(ending) { name = name.dropLast(ending.count) }
        return ["figures/\(name).svg", "figures/\(name).vl.json", "data/\(name).csv"]
    }

    private static func quoted(after start: String, in text: Substring) -> [String] {
        text.components(separatedBy: start).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }
}
