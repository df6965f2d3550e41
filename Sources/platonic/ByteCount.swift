import ArgumentParser

/// A number of bytes as people write it: 8GiB, 500MB, 65536.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    private static let units: [(suffix: String, factor: Double)] = [
        ("TiB", 0x1p40), ("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6),
        ("kB", 1e3), ("B", 1),
    ]

    init?(argument: String) {
        let unit = Self.units.first { argument.hasSuffix($0.suffix) }
        guard let number = Double(argument.dropLast(unit?.suffix.count ?? 0)), number > 0,
            number * (unit?.factor ?? 1) < 0x1p60
        else { return nil }
        bytes = Int(number * (unit?.factor ?? 1))
    }
}
