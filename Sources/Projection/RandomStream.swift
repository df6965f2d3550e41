internal import Foundation
internal import SweepModel

/// Numbers that depend on the seed alone.
package struct RandomStream {
    private var words: SplitMix64

    package init(seed: UInt64) { words = SplitMix64(seed: seed) }

    @inline(__always)
    mutating func next() -> UInt64 { words.next() }

    /// A position below `count`.
    package mutating func position(below count: Int) -> Int { words.position(below: count) }

    /// Uniform between -1 and 1.
    package mutating func uniform() -> Double { Double(Int64(bitPattern: next())) * 0x1p-63 }

    /// Standard normal (Box & Muller 1958).
    package mutating func normal() -> Double {
        // From 2⁻⁵³ to 1, so that the logarithm is finite.
        let radius = Double((next() >> 11) + 1) * 0x1p-53
        let angle = Double(next() >> 11) * 0x1p-53 * 2 * Double.pi
        return (-2 * log(radius)).squareRoot() * cos(angle)
    }
}
