/// A number of bytes as people write it: 8GiB, 500MB, 65536B.
struct ByteCount {
    let bytes: Int

    private static let units: [(suffix: String, factor: Double)] = [
        ("TiB", 0x1p40), ("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6),
        ("kB", 1e3), ("B", 1),
    ]

    init(_ bytes: Int) { self.bytes = bytes }

    /// For `transform:` of an option, whose name the parser adds to what is thrown.
    init(_ text: String) throws(Fault) {
        if Double(text) != nil { throw Fault(description: "\(text) what? Give a unit, such as \(text)GiB") }
        guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }),
            let number = Double(text.dropLast(unit.suffix.count))
        else {
            let units = Self.units.map(\.suffix).joined(separator: ", ")
            throw Fault(description: "give a number and one of \(units), such as 8GiB")
        }
        guard number > 0, number * unit.factor < 0x1p60 else {
            throw Fault(description: "give more than nothing and less than 2^60 bytes")
        }
        bytes = Int(number * unit.factor)
    }

    /// What is wrong with a number of bytes.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }
}

extension ByteCount: CustomStringConvertible {
    /// As another process of this program reads it.
    var description: String { "\(bytes)B" }
}
