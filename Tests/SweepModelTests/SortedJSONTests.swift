import Testing

@testable import SweepModel

struct SortedJSONTests {
    private struct Value: Codable, Equatable {
        let path: String
        let numbers: [Double]
    }

    @Test func documentsAreTheSameBytesAndSayEveryNumber() throws {
        let value = Value(path: "/a/é", numbers: [.infinity, -.infinity, 0.1, -0.0])
        #expect(try SortedJSON.text(value) == #"{"numbers":["inf","-inf",0.1,-0],"path":"/a/é"}"#)
        let escaped = String(decoding: try SortedJSON.bytes(value, escapesSlashes: true), as: UTF8.self)
        #expect(escaped == #"{"numbers":["inf","-inf",0.1,-0],"path":"\/a\/é"}"#)
        #expect(try SortedJSON.value(Value.self, Array(escaped.utf8)) == value)
        let nan = try SortedJSON.value([Double].self, try SortedJSON.bytes([Double.nan]))
        #expect(nan.count == 1 && nan[0].isNaN)
        #expect(throws: (any Error).self) { try SortedJSON.value([Double].self, Array(#"["infinite"]"#.utf8)) }
    }
}
