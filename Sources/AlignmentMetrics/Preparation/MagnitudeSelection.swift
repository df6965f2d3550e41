package import LinearAlgebra

/// Finds the element of a given rank among the sorted magnitudes of many matrices, without sorting or copying them.
///
/// A radix selection over the bit patterns, whose order is that of the magnitudes: each pass counts the values that share
/// the bits known so far by their next 16 bits. float16 needs one pass, float32 two, float64 four.
package struct MagnitudeSelection {
    /// Bits of a pattern: 16, 32 or 64, the sign's place included and zero.
    private let patternBits: Int
    private var remaining: Int
    private var prefix: UInt64 = 0
    private var knownBits = 0
    private var histogram = [Int](repeating: 0, count: 1 << 16)

    /// Looks for the magnitude of rank `rank` (from 0) among matrices of `bits` bits a value; 64 does for mixtures too.
    package init(rank: Int, bits: Int) {
        precondition([16, 32, 64].contains(bits), "features are half, single or double precision")
        remaining = rank
        patternBits = bits
    }

    /// The magnitude, once enough passes have been made over all the matrices.
    package var result: Double? {
        guard knownBits == patternBits else { return nil }
        switch patternBits {
        case 16: return Double(halfToFloat(UInt16(truncatingIfNeeded: prefix)))
        case 32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: prefix)))
        default: return Double(bitPattern: prefix)
        }
    }

    /// Takes in one matrix in the current pass.
    package mutating func count(_ matrix: StoredMatrix) {
        switch (matrix, patternBits) {
        case (.float16(let values), 16): for bits in values.elements { histogram[Int(bits & 0x7FFF)] += 1 }
        case (.float32(let values), 32): count(values.elements.lazy.map { UInt64($0.bitPattern & 0x7FFF_FFFF) })
        case (.float16(let values), _): count(values.elements.lazy.map { Double(halfToFloat($0)).magnitude.bitPattern })
        case (.float32(let values), _): count(values.elements.lazy.map { Double($0).magnitude.bitPattern })
        case (.float64(let values), _): count(values.elements.lazy.map(\.magnitude.bitPattern))
        }
    }

    private mutating func count(_ patterns: some Sequence<UInt64>) {
        let shift = UInt64(patternBits - knownBits - 16)
        for pattern in patterns {
            let high = pattern >> shift
            if high >> 16 == prefix { histogram[Int(high & 0xFFFF)] += 1 }
        }
    }

    /// Ends a pass: narrows the search to one bin.
    package mutating func endPass() {
        for (bin, count) in histogram.enumerated() {
            if remaining < count {
                prefix = prefix << 16 | UInt64(bin)
                break
            }
            remaining -= count
        }
        knownBits += 16
        for bin in histogram.indices { histogram[bin] = 0 }
    }
}
