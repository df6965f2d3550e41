internal import Foundation

/// Values as JSON: keys in order, so that the same value is the same bytes; infinities and NaN, which JSON's numbers cannot say, as texts.
package enum SortedJSON {
    private static let (infinity, minusInfinity, nan) = ("inf", "-inf", "nan")

    /// The document of `value`.
    /// - Parameter escapesSlashes: whether a slash is written as `\/`, as digests and files of earlier releases have it.
    package static func bytes(_ value: some Encodable, escapesSlashes: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = escapesSlashes ? .sortedKeys : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: nan)
        return Array(try encoder.encode(value))
    }

    /// The document of `value` as a text.
    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try bytes(value), as: UTF8.self)
    }

    /// The value in the document `bytes`.
    package static func value<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: nan)
        return try decoder.decode(type, from: Data(bytes))
    }
}
