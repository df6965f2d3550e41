import ContentHash
import Foundation
import Testing

@testable import Figures

struct HTMLPageTests {
    private static func table(_ name: String) -> DataTable {
        DataTable(columns: ["model", "score", name], rows: [[.text(name), 0.25, 3], ["b", .number(.nan), .missing]])
    }

    @Test func tableHasScopes() {
        let contents = XMLContents(Self.table("n").html(caption: "c"))
        #expect(contents.error == nil)
        #expect(contents.count("th") == 5)
        let scopes = contents.attributes.compactMap { $0["scope"] }
        #expect(scopes == ["col", "col", "col", "row", "row"])
        #expect(Self.table("n").html().contains("<td class=\"number\">–</td>"))
    }

    @Test func numbersOfAColumnLineUp() {
        let table = DataTable(columns: ["x"], rows: [[0.1], [-0.25], [1e-9]])
        #expect(XMLContents(table.html()).text.filter { !$0.isWhitespace } == "x0.10−0.251e-9")
    }

    @Test(arguments: hostileNames) func pageSurvivesHostileNames(_ name: String) {
        let figure = ScatterChart(
            ChartText(name, subtitle: name, description: name), x: Axis(name, unit: name), y: Axis(name),
            series: [.init(name, points: [.init(x: 1, y: 2, name: name, category: name)])]
        ).figure()
        let page = HTMLPage(
            title: name, subtitle: name,
            sections: [
                .init(
                    name,
                    [
                        .heading(name), .paragraph(name), .list([name]), .note(name),
                        .table(Self.table(name), caption: name),
                        .links([(name, name)]), .figure(PageFigure(figure, caption: name)),
                        .figure(PageFigure(figure, caption: name, numbers: .file(name))),
                        .details(summary: name, [.paragraph(name)]),
                    ]),
                .init("second", []),
            ], footer: name)
        let contents = XMLContents(page.html.replacing("<!DOCTYPE html>\n", with: ""))
        #expect(contents.error == nil)
        // What the pointer can meet in each figure, and the page's own.
        #expect(contents.count("script") == 3 && contents.count("img") == 0 && contents.count("x") == 0)
        #expect(contents.count("style") == 1 && contents.count("figure") == 2)
        #expect(!contents.attributes.contains { $0.keys.contains { $0.hasPrefix("on") } })
    }

    @Test func linksStayBesideThePage() {
        func html(_ path: String) -> String {
            HTMLPage(title: "t", sections: [.init("s", [.links([("x", path)])])]).html
        }
        #expect(html("data/a b.csv").contains("<a href=\"data/a%20b.csv\">x</a>"))
        #expect(html("javascript:alert(1)").contains("href=\"javascript%3Aalert%281%29\""))
        for path in ["//host/x", "/etc/passwd", "\\\\host\\x"] { #expect(!html(path).contains("<a ")) }
    }

    @Test func contentsLeadToSections() {
        let page = HTMLPage(title: "t", sections: [.init("One", []), .init("Two", [])])
        let contents = XMLContents(page.html.replacing("<!DOCTYPE html>\n", with: ""))
        let ids = Set(contents.attributes.compactMap { $0["id"] })
        let targets = contents.attributes.compactMap { $0["href"] }.map { String($0.dropFirst()) }
        #expect(targets.count == 2 && ids.isSuperset(of: targets))
        #expect(!page.html.contains("http://") || page.html.ranges(of: "http://").count == 1)
    }

    /// One inline script may run, the page's own: whatever else is between, a browser would refuse it.
    @Test func policyNamesTheScript() throws {
        let page = HTMLPage(title: "t").html
        let start = try #require(page.range(of: "<script>")).upperBound
        let end = try #require(page.range(of: "</script>", options: .backwards)).lowerBound
        let digest = StrongDigest(of: Array(page[start..<end].utf8)).description
        let bytes = stride(from: 0, to: digest.count, by: 2).map { position -> UInt8 in
            UInt8(digest.dropFirst(position).prefix(2), radix: 16) ?? 0
        }
        let source = "sha256-" + Data(bytes).base64EncodedString()
        #expect(
            page.contains(
                "content=\"default-src 'none'; script-src '\(source)'; style-src 'unsafe-inline'; img-src data:\""))
        #expect(!page[start..<end].contains("</"))
    }

    @Test func topicsAndChoicesAreSaid() {
        let figure = ScatterChart(ChartText("t"), x: Axis("x"), y: Axis("y"), series: []).figure()
        var shown = PageFigure(figure, caption: "c", numbers: .none)
        shown.topic = PageChoices.Topic("a\"<b", setting: "k = 10")
        let choices = PageChoices(
            topicTitle: "metric", topics: [("a\"<b_k10", PageChoices.Topic("a\"<b", setting: "k = 10"))],
            groupTitle: "family", groups: [.init("</script>", members: ["m"])], subjectTitle: "model", subjects: ["m"])
        let page = HTMLPage(
            title: "t",
            sections: [.init("s", [.figure(shown), .about(PageChoices.Topic("other"), [.paragraph("p")])])],
            choices: choices
        ).html
        #expect(page.contains("data-topic=\"a&quot;&lt;b\" data-setting=\"k = 10\">"))
        #expect(page.contains("<div data-topic=\"other\">\n<p>p</p>\n</div>"))
        #expect(page.contains("\"groups\":[[\"\\u003c/script\\u003e\",[\"m\"]]]"))
        #expect(XMLContents(page.replacing("<!DOCTYPE html>\n", with: "")).error == nil)
    }

    /// Every colour of text on the grounds that it may stand on, on light and dark pages; no text has another one.
    @Test func textContrast() throws {
        let css = PageStyle.css
        let definitions = css.matches(of: /--([a-z]+): (#[0-9a-f]{6})/).map { (String($0.1), String($0.2)) }
        #expect(definitions.count == 18, "nine colours of light pages, and of dark ones")
        for scheme in [definitions.prefix(9), definitions.suffix(9)] {
            let colours = Dictionary(uniqueKeysWithValues: scheme.map { ($0.0, colour($0.1)) })
            for text in ["text", "quiet", "link", "mark"] {
                for ground in ["ground", "raised"] {
                    let (text, ground) = (try #require(colours[text]), try #require(colours[ground]))
                    #expect(text.contrast(with: ground) >= 4.5)
                }
            }
        }
        #expect(css.firstMatch(of: /[ ;]color: #/) == nil)
        // What a dark page makes of the texts of its drawings.
        let dark = colour("#16181c")
        let fills = css.matches(of: /svg text\[fill="#[0-9a-f]{6}"\] \{ fill: (#[0-9a-f]{6})/).map { String($0.1) }
        #expect(fills.count == 2 && fills.allSatisfy { colour($0).contrast(with: dark) >= 4.5 })
        let axes = css.matches(of: /svg :not\(text\)\[stroke="#595959"\] \{ stroke: (#[0-9a-f]{6})/).map {
            String($0.1)
        }
        #expect(axes.count == 1 && axes.allSatisfy { colour($0).contrast(with: dark) >= 3 })
    }

    private func colour(_ hex: String) -> Colour {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        return Colour(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
