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
    /// A type this module does not read, or an unsigned number beyond Int64.
    case other(String)

    /// The text, if it is one.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The texts, if they are texts; a single one counts as a list.
    package var texts: [String]? {
        switch self {
        case .string(let text): [text]
        case .strings(let texts): texts
        default: nil
        }
    }

    /// The integer, if it is one; truth values count as 0 and 1.
    package var integer: Int64? {
        switch self {
        case .int64(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The number, if it is one.
    package var number: Double? {
        switch self {
        case .float64(let value): value
        case .int64(let value): Double(value)
        default: nil
        }
    }
}
