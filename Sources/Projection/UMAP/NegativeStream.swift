/// Where the points come from that a point is pushed away from.
package protocol NegativeSource {
    /// A point of 0 ..< bound.
    mutating func next(below bound: Int) -> Int
}

/// Negative samples from the upper half of a 64-bit linear congruential generator (Knuth's MMIX constants): few instructions,
/// as there are five samples to every step.
package struct NegativeStream: NegativeSource {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// 0 ..< bound, bound below 2³²; the bias of the multiplication (Lemire 2019) is below bound/2³².
    @inline(__always)
    package mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: ((state >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }
}
