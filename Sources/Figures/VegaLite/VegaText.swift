/// Text from files made safe to stand in a Vega-Lite specification, whose values end up in SVG and whose titles in program text.
enum VegaText {
    /// A title of an axis or a legend. Vega-Lite puts it between quotes into an expression, escapes nothing but quotes there, and
    /// fails at a line break or a backslash: the former becomes a space, the latter a sign that looks like it.
    static func title(_ text: String) -> String { Escaping.visible(text).replacing("\\", with: "\u{29F5}") }

    /// A name among data. What XML has no place for is shown by a sign of its own, so that different names stay different.
    static func label(_ text: String) -> String {
        if Escaping.isPlain(text) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? scalar)
            case 0x7F: result += "\u{2421}"
            case _ where Escaping.isHarmful(scalar): result += "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `value` with every text in it made safe for where it stands, a member called `key`.
    static func safe(_ value: JSONValue, as key: String = "") -> JSONValue {
        switch value {
        case .object(let members): .object(members.map { ($0.0, safe($0.1, as: $0.0)) })
        case .array(let elements): .array(elements.map { safe($0, as: key) })
        case .string(let text): .string(key == "title" ? title(text) : label(text))
        case .number, .boolean, .null: value
        }
    }
}
