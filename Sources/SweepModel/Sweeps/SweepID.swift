/// A sweep's number on its coordinator, counted from 1 and never given twice.
package struct SweepID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    /// The id as a user types it; nil where the text is none.
    package init?(_ text: String) {
        guard let number = UInt32(text), number > 0 else { return nil }
        self.number = number
    }

    package init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(UInt32.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package static func < (a: SweepID, b: SweepID) -> Bool { a.number < b.number }
    package var description: String { "\(number)" }
}
