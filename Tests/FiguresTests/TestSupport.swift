import Foundation
import Testing

@testable import Figures

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Names that someone might put into a file to break what is made of it.
let hostileNames = [
    "<script>alert(1)</script>", "\" onload=\"alert(1)", "a & b &lt; c", "]]><x/>", "evil\u{202E}txt.exe",
    "nul\u{0}bell\u{7}\u{1B}[31m", "=cmd|' /C calc'!A0", "</title></svg><img src=x onerror=alert(1)>",
    "line\nbreak\ttab",
    "\u{FFFE}\u{FFFF}", "line break\ttab", "back\\slash\\", "\\\"quoted\\\"", "a.b[0]['c']", "__proto__", "constructor",
    String(repeating: "long ", count: 1000), "two\u{2028}lines\r\n", "'apostrophe'", "👩‍👩‍👧 日本語モデル", "-->",
    "</style><script>",
]

/// What an XML parser finds in a text.
final class XMLContents: NSObject, XMLParserDelegate {
    private(set) var elements: [String] = []
    private(set) var attributes: [[String: String]] = []
    private(set) var text = ""
    private(set) var error: String?
    private var open: [String] = []
    /// The number of elements of a name within the group "cells".
    private(set) var cellPaths = 0
    private var cellsDepth: Int?

    init(_ xml: String) {
        super.init()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = self
        if !parser.parse() { error = parser.parserError.map { "\($0)" } ?? "unknown" }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append(name)
        self.attributes.append(attributes)
        open.append(name)
        if cellsDepth != nil, name == "path" { cellPaths += 1 }
        if attributes["class"] == "cells" { cellsDepth = open.count }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if cellsDepth == open.count { cellsDepth = nil }
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func count(_ name: String) -> Int { elements.count { $0 == name } }
}

/// Numbers in [0, 1) from a linear congruential generator, the same everywhere.
struct TestNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / 9_007_199_254_740_992
    }
}

/// `count` names of models as they are met, some of them long.
func modelNames(_ count: Int) -> [String] {
    let bases = ["open_llama_13b", "vit_giant_patch14_dinov2.lvd142m", "bloomz-560m", "gemma-7b-it", "olmo"]
    return (0..<count).map { "\(bases[$0 % bases.count])/instruct-v\($0)" }
}

/// What must hold of every figure: well-formed, nothing outside, no text over another, and every text legible.
func expectSound(_ figure: Figure, sourceLocation: SourceLocation = #_sourceLocation) {
    for svg in [figure.svg, figure.svgFile] {
        let contents = XMLContents(svg)
        #expect(contents.error == nil, sourceLocation: sourceLocation)
        #expect(contents.attributes.first?["role"] == "img", sourceLocation: sourceLocation)
        #expect(contents.elements.prefix(3) == ["svg", "title", "desc"], sourceLocation: sourceLocation)
        #expect(
            contents.elements.allSatisfy {
                ["svg", "title", "desc", "rect", "path", "text", "circle", "g"].contains($0)
            },
            sourceLocation: sourceLocation)
        #expect(!svg.contains("nan") && !svg.contains("inf\""), sourceLocation: sourceLocation)
    }
    let page = PlotBox(left: 0, top: 0, width: figure.width, height: figure.height)
    for label in figure.labels {
        #expect(page.contains(label.box), "\(label.text) leaves the drawing", sourceLocation: sourceLocation)
        #expect(label.colour.contrast(with: label.background) >= 4.5, "\(label.text)", sourceLocation: sourceLocation)
        #expect(label.fontSize >= 7, sourceLocation: sourceLocation)
    }
    for (position, label) in figure.labels.enumerated() {
        for other in figure.labels[(position + 1)...] where label.box.overlaps(other.box) {
            Issue.record("\(label.text) overlaps \(other.text)", sourceLocation: sourceLocation)
        }
    }
    for coordinate in coordinates(figure.svg) {
        let isInside =
            coordinate.x >= 0 && coordinate.x <= figure.width && coordinate.y >= 0 && coordinate.y <= figure.height
        #expect(isInside, "\(coordinate) is outside", sourceLocation: sourceLocation)
    }
    let json = try? JSONSerialization.jsonObject(with: Data(figure.vegaLite.utf8)) as? [String: Any]
    #expect(
        json?["$schema"] as? String == "https://vega.github.io/schema/vega-lite/v6.json", sourceLocation: sourceLocation
    )
    #expect(((json?["data"] as? [String: Any])?["values"] as? [Any]) != nil, sourceLocation: sourceLocation)
    #expect(!figure.vegaLite.contains("<"), sourceLocation: sourceLocation)
}

/// The absolute places in all paths, circles and rectangles.
private func coordinates(_ svg: String) -> [PlotPoint] {
    XMLContents(svg).attributes.flatMap { attributes -> [PlotPoint] in
        var places: [PlotPoint] = []
        for part in (attributes["d"] ?? "").split(whereSeparator: { "MLZhv".contains($0) }) {
            let numbers = part.split(separator: " ").compactMap { Double($0) }
            if numbers.count == 2 { places.append(PlotPoint(numbers[0], numbers[1])) }
        }
        if let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) {
            places.append(PlotPoint(x, y))
        }
        return places
    }
}

/// The rows of `figure`'s Vega-Lite data.
func vegaRows(_ figure: Figure) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(figure.vegaLite.utf8)) as? [String: Any]
    return try #require((json?["data"] as? [String: Any])?["values"] as? [[String: Any]])
}
