/// A JSON value whose members keep their order.
enum JSONValue: Sendable {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case boolean(Bool)
    case null

    /// A channel of which another layer has the legend.
    var withoutLegend: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + [("legend", .null)])
    }

    /// The text, with objects and arrays indented down to `depth` levels and on one line without spaces below.
    func text(depth: Int = 3) -> String {
        var output = ""
        write(to: &output, depth: depth, indent: "")
        return output
    }

    private func write(to output: inout String, depth: Int, indent: String) {
        switch self {
        case .object(let members):
            Self.list(members, "{", "}", to: &output, depth, indent) { member, output, inner in
                Self.quote(member.0, to: &output)
                output += depth > 0 ? ": " : ":"
                member.1.write(to: &output, depth: depth - 1, indent: inner)
            }
        case .array(let elements):
            Self.list(elements, "[", "]", to: &output, depth, indent) { element, output, inner in
                element.write(to: &output, depth: depth - 1, indent: inner)
            }
        case .string(let text): Self.quote(text, to: &output)
        case .number(let value): output += value.isFinite ? NumberText.exact(value) : "null"
        case .boolean(let value): output += value ? "true" : "false"
        case .null: output += "null"
        }
    }

    private static func list<Item>(
        _ items: [Item], _ open: String, _ close: String, to output: inout String, _ depth: Int, _ indent: String,
        _ write: (Item, inout String, String) -> Void
    ) {
        let isBroken = depth > 0 && !items.isEmpty
        let inner = isBroken ? indent + "  " : indent
        output += open
        for (position, item) in items.enumerated() {
            if position > 0 { output += "," }
            if isBroken { output += "\n" + inner }
            write(item, &output, inner)
        }
        if isBroken { output += "\n" + indent }
        output += close
    }

    /// Escapes what JSON asks for, and what could end a script element or be invisible.
    private static func quote(_ text: String, to output: inout String) {
        output += "\""
        if Escaping.isPlain(text), !text.utf8.contains(UInt8(ascii: "\\")) {
            output += text
            output += "\""
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "<", ">", "&": output += escape(scalar)
            default:
                if scalar.value < 0x10000, Escaping.isHarmful(scalar) {
                    output += escape(scalar)
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
        output += "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
}
