/// Bytes a second as people write them: 1GB/s, 500MB/s.
struct ByteRate {
    let bytesPerSecond: Double

    private static let ending = "/s"

    /// For `transform:` of an option, whose name the parser adds to what is thrown.
    init(_ text: String) throws(ByteCount.Fault) {
        guard text.hasSuffix(Self.ending) else {
            throw ByteCount.Fault(description: "\(text) in what time? Give bytes a second, such as 1GB/s")
        }
        bytesPerSecond = Double(try ByteCount(String(text.dropLast(Self.ending.count))).bytes)
        guard bytesPerSecond >= 1 else { throw ByteCount.Fault(description: "give at least 1B/s") }
    }
}
