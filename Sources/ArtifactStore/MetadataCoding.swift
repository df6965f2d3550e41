internal import SweepModel

/// Values as JSON beside an artifact.
extension Decodable where Self: Encodable {
    package init?(json: [UInt8]) {
        guard let value = try? SortedJSON.value(Self.self, json) else { return nil }
        self = value
    }

    package func json() throws -> [UInt8] { try SortedJSON.bytes(self, escapesSlashes: true) }
}
