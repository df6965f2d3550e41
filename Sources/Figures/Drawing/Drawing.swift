/// A finished SVG drawing.
struct Drawing: Sendable {
    let width: Double
    let height: Double
    /// The width in CSS pixels below which its text could not be read.
    let minimumWidth: Double
    let content: [SVGElement]
    let labels: [PlacedLabel]
    let targets: PointerTargets?

    /// As wide as its surroundings, up to its natural width.
    var inline: String {
        let widths = "max-width:\(NumberText.coordinate(width))px;min-width:\(NumberText.coordinate(minimumWidth))px"
        return text(["width": "100%", "style": widths])
    }

    /// A file of its own, of natural size.
    var file: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text(["width": width, "height": height]) + "\n"
    }

    private func text(_ size: KeyValuePairs<String, (any AttributeValue)?>) -> String {
        let viewBox = "0 0 \(NumberText.coordinate(width)) \(NumberText.coordinate(height))"
        var output = ""
        var root = SVGElement(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "role": "img", "viewBox": viewBox, "font-family": Ink.fontFamily,
            ], children: content)
        for (name, value) in size { root.set(name, value) }
        root.write(to: &output)
        return output
    }
}
