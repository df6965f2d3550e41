/// A struct in Thrift's compact protocol, written field by field in ascending order
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
struct ThriftCompact {
    private enum Kind: UInt8 {
        case int32 = 5
        case int64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    private var bytes: [UInt8] = []
    private var lastField: UInt8 = 0

    /// The whole struct.
    var ended: [UInt8] { bytes + [0] }

    mutating func integer(_ field: UInt8, _ value: Int64) {
        begin(field, .int32)
        bytes += Self.zigzag(value)
    }

    mutating func long(_ field: UInt8, _ value: Int64) {
        begin(field, .int64)
        bytes += Self.zigzag(value)
    }

    mutating func text(_ field: UInt8, _ value: String) {
        begin(field, .binary)
        bytes += Self.binary(value)
    }

    mutating func structure(_ field: UInt8, _ body: (inout ThriftCompact) -> Void) {
        begin(field, .structure)
        bytes += Self.written(body)
    }

    mutating func integers(_ field: UInt8, _ values: [Int64]) {
        begin(field, .list, of: .int32, count: values.count)
        for value in values { bytes += Self.zigzag(value) }
    }

    mutating func texts(_ field: UInt8, _ values: [String]) {
        begin(field, .list, of: .binary, count: values.count)
        for value in values { bytes += Self.binary(value) }
    }

    mutating func structures(_ field: UInt8, count: Int, _ body: (_ index: Int, inout ThriftCompact) -> Void) {
        begin(field, .list, of: .structure, count: count)
        for index in 0..<count { bytes += Self.written { body(index, &$0) } }
    }

    /// Seven bits a byte, the lowest first; the top bit says that there are more.
    static func varint(_ value: UInt64) -> [UInt8] {
        var (left, bytes) = (value, [UInt8]())
        while left > 0x7F {
            bytes.append(UInt8(left & 0x7F) | 0x80)
            left >>= 7
        }
        return bytes + [UInt8(left)]
    }

    /// Fields are numbered by their distance from the one before, which is below 16 in all that is written here.
    private mutating func begin(_ field: UInt8, _ kind: Kind) {
        precondition(field > lastField && field - lastField < 16, "fields ascend in short steps")
        bytes.append((field - lastField) << 4 | kind.rawValue)
        lastField = field
    }

    private mutating func begin(_ field: UInt8, _ kind: Kind, of element: Kind, count: Int) {
        begin(field, kind)
        bytes +=
            count < 15 ? [UInt8(count) << 4 | element.rawValue] : [0xF0 | element.rawValue] + Self.varint(UInt64(count))
    }

    private static func zigzag(_ value: Int64) -> [UInt8] { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }
    private static func binary(_ text: String) -> [UInt8] { varint(UInt64(text.utf8.count)) + Array(text.utf8) }

    private static func written(_ body: (inout ThriftCompact) -> Void) -> [UInt8] {
        var inner = ThriftCompact()
        body(&inner)
        return inner.ended
    }
}
