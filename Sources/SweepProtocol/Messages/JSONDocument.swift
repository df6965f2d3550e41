internal import SweepModel

/// What the coordinator tells clients about itself, as JSON. It writes these documents and reads none.
enum JSONDocument {
    /// The document of `value`: equal values are equal bytes.
    static func bytes(_ value: some Encodable) throws(ProtocolError) -> [UInt8] {
        do { return try SortedJSON.bytes(value) } catch {
            throw ProtocolError("a document cannot be written: \(error)")
        }
    }

    /// The value in the document `bytes`.
    static func value<Value: Decodable>(_ bytes: [UInt8]) throws(ProtocolError) -> Value {
        do { return try SortedJSON.value(Value.self, bytes) } catch {
            throw ProtocolError("a document of \(bytes.count) bytes does not parse: \(error)")
        }
    }
}
