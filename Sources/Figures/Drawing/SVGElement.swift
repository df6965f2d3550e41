/// One element of an SVG drawing; text is escaped when it is written.
struct SVGElement: Sendable {
    private let name: String
    private var attributes: [(name: String, value: String)]
    private let text: String?
    private let children: [SVGElement]

    /// Attributes are written in the given order; those that are nil are left out.
    init(
        _ name: String, _ attributes: KeyValuePairs<String, (any AttributeValue)?> = [:], text: String? = nil,
        children: [SVGElement] = []
    ) {
        self.name = name
        self.attributes = attributes.compactMap { name, value in value.map { (name, $0.attributeText) } }
        self.text = text
        self.children = children
    }

    /// Adds an attribute; nil adds none.
    mutating func set(_ name: String, _ value: (any AttributeValue)?) {
        if let value { attributes.append((name, value.attributeText)) }
    }

    /// Writes the element and all within; what has children takes a line each.
    func write(to output: inout String) {
        output += "<" + name
        for attribute in attributes { output += " \(attribute.name)=\"\(Escaping.markup(attribute.value))\"" }
        guard text != nil || !children.isEmpty else {
            output += "/>"
            return
        }
        output += ">"
        if let text { output += Escaping.markup(text) }
        for child in children {
            output += "\n"
            child.write(to: &output)
        }
        if !children.isEmpty { output += "\n" }
        output += "</\(name)>"
    }
}

/// What an attribute may be set to.
protocol AttributeValue: Sendable {
    /// The value as unescaped text.
    var attributeText: String { get }
}

extension String: AttributeValue {
    var attributeText: String { self }
}

extension Int: AttributeValue {
    var attributeText: String { String(self) }
}

extension Double: AttributeValue {
    var attributeText: String { NumberText.coordinate(self) }
}

extension Colour: AttributeValue {
    var attributeText: String { hex }
}
