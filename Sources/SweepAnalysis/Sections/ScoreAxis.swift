/// How a model's score is shown on an axis.
package struct ScoreAxis: Hashable, Sendable {
    /// The score's name.
    package let score: String
    /// The axis title: the name, or what is shown in its place.
    package let title: String
    /// Lower is better, so that the axis runs the other way.
    package let isReversed: Bool

    package init(score: String, lowerIsBetter: Bool) {
        self.score = score
        let isComplement = Self.isComplement(score)
        title = isComplement ? "1 - \(score)" : score
        isReversed = lowerIsBetter && !isComplement
    }

    /// What is shown of a value: bits per byte as 1 - bpb, as in the paper's figure 3.
    package func shown(_ value: Double) -> Double { Self.isComplement(score) ? 1 - value : value }

    private static func isComplement(_ score: String) -> Bool { score == "bits_per_byte" }
}
