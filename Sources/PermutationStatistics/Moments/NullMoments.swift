/// The first three moments of a score over all n! matchings of the samples of one side with those of the other.
package struct NullMoments: Sendable {
    /// Why a moment is not a number.
    package enum Gap: String, Codable, Sendable {
        /// A layer has no score under the metric: its matrix is zero once centred, or not finite. No moment is a number.
        case undefinedScore
        /// The score is the same for every matching, as with k = n - 1: `sd` is 0 and there is no skewness.
        case constantScore
        /// There is no closed form of the skewness.
        case unknownSkewness
        /// The skewness takes a matrix product that so many samples make too large (`KernelNumbers.mostSamples`).
        case tooManySamples
    }

    package let mean: Double
    package let sd: Double
    /// E[(score - mean)³]/sd³.
    package let skewness: Double
    /// Why one of them is NaN; nil where all are numbers.
    package let gap: Gap?

    /// - Parameters:
    ///   - variance: where it is less than rounding leaves of `scale`, the score is constant.
    ///   - third: E[(score - mean)³]; nil where it is not known, for the reason `gap`.
    init(mean: Double, variance: Double, scale: Double, third: Double?, gap: Gap?) {
        self.mean = mean
        guard variance > scale * Self.rounding else {
            sd = mean.isNaN || variance.isNaN ? .nan : 0
            skewness = .nan
            self.gap = sd == 0 ? .constantScore : .undefinedScore
            return
        }
        sd = variance.squareRoot()
        skewness = third.map { $0 / (variance * variance.squareRoot()) } ?? .nan
        self.gap = third == nil ? gap : nil
    }

    private init(mean: Double, sd: Double, skewness: Double, gap: Gap?) {
        (self.mean, self.sd, self.skewness, self.gap) = (mean, sd, skewness, gap)
    }

    /// Those of a pair of layers that has no score.
    static let undefined = NullMoments(mean: .nan, sd: .nan, skewness: .nan, gap: .undefinedScore)

    /// The same with the skewness of `other`, for a score that goes with another one closely enough to have its shape.
    func borrowingSkewness(of other: NullMoments) -> NullMoments {
        guard gap != .undefinedScore, gap != .constantScore else { return self }
        return NullMoments(mean: mean, sd: sd, skewness: other.skewness, gap: other.gap)
    }

    /// What rounding may leave of a variance of zero, as a share of the sizes of what was added up.
    private static let rounding = 1e-13
}
