/// How far a score may be from its exact value: kernel and subspace scores promise this, counts of neighbours more.
///
/// Whoever compares scores, or makes distances of them, takes smaller differences for none: those of equal models are rounding.
package enum ScoreRounding {
    package static let bound = 1e-6

    /// 1 - s, and 0 where `score` is 1 up to rounding, from either side.
    package static func complement(_ score: Double) -> Double { isOne(score) ? 0 : 1 - score }

    /// Whether `score` is that of two equal models.
    package static func isOne(_ score: Double) -> Bool { (1 - bound...1 + bound).contains(score) }

    /// Whether `score` is above `other` by more than rounding.
    package static func isAbove(_ score: Double, _ other: Double) -> Bool { score > other + bound }
}
