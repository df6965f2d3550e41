/// The value of an attribute, numbers widened to 64 bits.
package enum AttributeValue: Sendable, Equatable, Codable {
    case string(String)
    case strings([String])
    case int64(Int64)
    case int64s([Int64])
    case float64(Double)
    case float64s([Double])
    case boolean(Bool)
    case booleans([Bool])
    /// An attribute without elements and without a shape.
    case empty
    /// One number beyond Int64.
    case unsigned(UInt64)
    /// A type this module does not read; what it is called is no value.
    case other(String)

    /// A list of one as that one, which is what writers that know no single values mean by it.
    package var unwrapped: AttributeValue {
        switch self {
        case .strings(let texts) where texts.count == 1: .string(texts[0])
        case .int64s(let values) where values.count == 1: .int64(values[0])
        case .float64s(let values) where values.count == 1: .float64(values[0])
        case .booleans(let values) where values.count == 1: .boolean(values[0])
        default: self
        }
    }

    /// The text, if it is one.
    package var text: String? {
        if case .string(let text) = unwrapped { text } else { nil }
    }

    /// The texts, if they are texts; a single one counts as a list, and so does nothing.
    package var texts: [String]? {
        switch self {
        case .string(let text): [text]
        case .strings(let texts): texts
        case .empty: []
        default: nil
        }
    }

    /// The integer, if it is one; truth values count as 0 and 1, and so does a whole number in floating point.
    package var integer: Int64? {
        switch unwrapped {
        case .int64(let value): value
        case .boolean(let value): value ? 1 : 0
        case .float64(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The number, if it is one.
    package var number: Double? {
        switch unwrapped {
        case .float64(let value): value
        case .int64(let value): Double(value)
        case .boolean(let value): value ? 1 : 0
        case .unsigned(let value): Double(value)
        default: nil
        }
    }

    /// Whether it is a text, texts, or one number, and that number exactly: a value that a table can hold.
    package var isTabular: Bool {
        switch unwrapped {
        case .string, .strings, .int64, .float64, .boolean: true
        case .int64s, .float64s, .booleans, .empty, .unsigned, .other: false
        }
    }
}

extension AttributeValue: CustomStringConvertible {
    /// What a person is told that the value is.
    package var description: String {
        switch unwrapped {
        case .string(let text): text.isEmpty ? "an empty text" : "the text '\(Self.shortened(text))'"
        case .strings(let texts): Self.list(texts.map { "'\(Self.shortened($0))'" }, "texts")
        case .int64(let value): "the number \(value)"
        case .int64s(let values): Self.list(values.map(String.init), "numbers")
        case .float64(let value): "the number \(value)"
        case .float64s(let values): Self.list(values.map { "\($0)" }, "numbers")
        case .boolean(let value): "the truth value \(value)"
        case .booleans(let values): Self.list(values.map { "\($0)" }, "truth values")
        case .empty: "empty"
        case .unsigned(let value): "the number \(value)"
        case .other(let name): "of the type \(name)"
        }
    }

    private static func list(_ items: [String], _ what: String) -> String {
        if items.isEmpty { return "empty" }
        return
            "a list of \(items.count) \(what) (\(items.prefix(3).joined(separator: ", "))\(items.count > 3 ? ", …" : ""))"
    }

    private static func shortened(_ text: String) -> String {
        text.count > 80 ? text.prefix(80) + "…" : text
    }
}
