/// SplitMix64: a small generator whose numbers depend on the seed alone.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A standard normal number (sum of twelve uniforms less six: close enough for features).
    package mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
    }

    /// n x d standard normal numbers, row-major.
    package mutating func normals(_ n: Int, _ d: Int) -> [Double] { (0..<(n * d)).map { _ in normal() } }
}
