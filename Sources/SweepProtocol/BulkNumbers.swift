/// Numbers as raw little-endian frames behind a control frame.
enum BulkNumbers {
    /// The largest bulk frame in bytes (contracts.md, section 5).
    static let frameBytes = 1 << 20

    static func frames(of values: [Double]) -> [[UInt8]] {
        let perFrame = frameBytes / 8
        return stride(from: 0, to: values.count, by: perFrame).map { first in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(min(perFrame, values.count - first) * 8)
            for value in values[first..<min(first + perFrame, values.count)] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
            return bytes
        }
    }

    static func values(in frames: ArraySlice<[UInt8]>, count: Int) throws(ProtocolError) -> [Double] {
        guard frames.allSatisfy({ $0.count <= frameBytes && $0.count % 8 == 0 }),
            frames.reduce(0, { $0 + $1.count }) == count * 8
        else { throw ProtocolError("the bulk frames do not hold \(count) numbers") }
        var values: [Double] = []
        values.reserveCapacity(count)
        for frame in frames {
            frame.withUnsafeBytes { bytes in
                for offset in stride(from: 0, to: bytes.count, by: 8) {
                    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    values.append(Double(bitPattern: word))
                }
            }
        }
        return values
    }
}
