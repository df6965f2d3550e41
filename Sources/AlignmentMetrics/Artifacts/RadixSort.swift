/// Sorts many float64 values and remembers where they stood: six passes over 11 bits each, where comparisons would take twenty.
enum RadixSort {
    private static let digit = 11

    /// `values` in ascending order, equal ones as they stood, and for each its position before. None may be NaN.
    static func ascending(_ values: [Double]) -> (sorted: [Double], positions: [UInt32]) {
        precondition(values.count <= Int(UInt32.max), "positions are held in 32 bits")
        var keys = values.map { orderedBits($0 + 0) }
        var positions = (0..<UInt32(values.count)).map { $0 }
        var otherKeys = keys
        var otherPositions = positions
        for shift in stride(from: 0, to: UInt64.bitWidth, by: digit) {
            pass(keys, positions, into: &otherKeys, &otherPositions, shift: UInt64(shift))
            swap(&keys, &otherKeys)
            swap(&positions, &otherPositions)
        }
        otherKeys = []
        otherPositions = []
        return (keys.map(value), positions)
    }

    private static func pass(
        _ keys: [UInt64], _ positions: [UInt32], into newKeys: inout [UInt64], _ newPositions: inout [UInt32],
        shift: UInt64
    ) {
        let mask = UInt64(1 << digit - 1)
        var starts = [Int](repeating: 0, count: 1 << digit)
        for key in keys { starts[Int(key >> shift & mask)] += 1 }
        var total = 0
        for bin in starts.indices {
            let count = starts[bin]
            starts[bin] = total
            total += count
        }
        newKeys.withUnsafeMutableBufferPointer { newKeys in
            newPositions.withUnsafeMutableBufferPointer { newPositions in
                for index in keys.indices {
                    let bin = Int(keys[index] >> shift & mask)
                    newKeys[starts[bin]] = keys[index]
                    newPositions[starts[bin]] = positions[index]
                    starts[bin] += 1
                }
            }
        }
    }

    /// Bits whose unsigned order is that of the numbers; adding zero has made -0 equal to 0.
    private static func orderedBits(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    private static func value(_ bits: UInt64) -> Double {
        Double(bitPattern: bits >> 63 == 1 ? bits & ~(1 << 63) : ~bits)
    }
}
