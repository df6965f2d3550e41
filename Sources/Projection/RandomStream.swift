internal import Foundation

/// SplitMix64 (Steele et al. 2014): numbers that depend on the seed alone.
struct RandomStream {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform between -1 and 1.
    mutating func uniform() -> Double { Double(Int64(bitPattern: next())) * 0x1p-63 }

    /// Standard normal (Box & Muller 1958).
    mutating func normal() -> Double {
        // From 2⁻⁵³ to 1, so that the logarithm is finite.
        let radius = Double((next() >> 11) + 1) * 0x1p-53
        let angle = Double(next() >> 11) * 0x1p-53 * 2 * Double.pi
        return (-2 * log(radius)).squareRoot() * cos(angle)
    }
}
