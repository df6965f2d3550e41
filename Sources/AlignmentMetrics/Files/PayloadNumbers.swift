internal import ArtifactStore

/// A number in an artifact's payload.
protocol PayloadNumber: BitwiseCopyable {
    /// Whether all of `values` are numbers and none is infinite.
    static func areFinite(_ values: UnsafeBufferPointer<Self>) -> Bool
}

// An exponent of ones, and nothing else, comes to the sign's bit when one is added: sums of integers are done many at a time.
extension Float: PayloadNumber {
    static func areFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
        var found: UInt32 = 0
        for value in values { found |= (value.bitPattern & 0x7F80_0000) &+ 0x0080_0000 }
        return found & 0x8000_0000 == 0
    }
}

extension Double: PayloadNumber {
    static func areFinite(_ values: UnsafeBufferPointer<Double>) -> Bool {
        var found: UInt64 = 0
        for value in values { found |= (value.bitPattern & 0x7FF0_0000_0000_0000) &+ 0x0010_0000_0000_0000 }
        return found & 0x8000_0000_0000_0000 == 0
    }
}

extension ArtifactFile {
    /// Reads `values.count` numbers, the first of which is number `first` of the payload; all have to be finite.
    func readFinite<Number: PayloadNumber>(
        into values: UnsafeMutableBufferPointer<Number>, from first: Int
    ) throws(ArtifactDamage) {
        try read(into: UnsafeMutableRawBufferPointer(values), at: first * MemoryLayout<Number>.stride)
        guard Number.areFinite(UnsafeBufferPointer(values)) else { throw damage }
    }

    /// Reads the first `count` numbers of the payload in parts; all have to be finite.
    func checkFinite<Number: PayloadNumber>(_ type: Number.Type, count: Int) throws(ArtifactDamage) {
        let run = 1 << 16
        let values = UnsafeMutableBufferPointer<Number>.allocate(capacity: min(count, run))
        defer { values.deallocate() }
        for first in stride(from: 0, to: count, by: run) {
            try readFinite(into: UnsafeMutableBufferPointer(rebasing: values[..<min(run, count - first)]), from: first)
        }
    }
}
