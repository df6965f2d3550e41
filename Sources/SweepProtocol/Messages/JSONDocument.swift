internal import Foundation

/// What the coordinator tells clients about itself, as JSON. It writes these documents and reads none.
enum JSONDocument {
    /// The document of `value`: equal values are equal bytes.
    static func bytes(_ value: some Encodable) throws(ProtocolError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { return Array(try encoder.encode(value)) } catch {
            throw ProtocolError("a document cannot be written: \(error)")
        }
    }

    /// The value in the document `bytes`.
    static func value<Value: Decodable>(_ bytes: [UInt8]) throws(ProtocolError) -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { return try decoder.decode(Value.self, from: Data(bytes)) } catch {
            throw ProtocolError("a document of \(bytes.count) bytes does not parse: \(error)")
        }
    }
}
