/// Where a score lies among those of all matchings of samples.
package struct NullTail: Sendable {
    /// What a tail probability was taken from.
    package enum Shape: String, Codable, Sendable {
        /// A Pearson type III distribution with the exact first three moments.
        case pearson
        /// The normal distribution, where the skewness has no closed form: a rougher approximation.
        case normal
    }

    /// The least p that the approximations were shown to hold for: smaller ones are "p < 0.001".
    package static let floor = 1e-3

    /// (score - mean)/sd; NaN where the score is the same for every matching, or undefined.
    package let z: Double
    /// (score - mean)/(1 - mean): 0 where unrelated layers are and 1 where equal ones are.
    package let adjusted: Double
    /// The probability of a score as high or higher as the distribution gives it, however small: to rank by, not to quote. NaN without a z,
    /// and where the skewness could be had but was too much work (`NullMoments.Gap.tooManySamples`), for kernels are never normal.
    package let tail: Double
    /// Nil without a tail.
    package let shape: Shape?

    /// What may be quoted: `tail`, or the floor where it is below that.
    package var p: Double { tail < Self.floor ? Self.floor : tail }
    /// Whether the number is "less than" `p`.
    package var isBelowFloor: Bool { tail < Self.floor }
}

extension NullMoments {
    /// Where `score` lies.
    ///
    /// - Parameter step: the difference between neighbouring values of a score that counts, half of which the tail begins below it:
    ///   1/(nk) of `mutual_knn`, 1/n of `cycle_knn`, 0 of others.
    package func tail(of score: Double, step: Double = 0) -> NullTail {
        let adjusted = (score - mean) / (1 - mean)
        guard sd > 0 else { return NullTail(z: .nan, adjusted: adjusted, tail: .nan, shape: nil) }
        let z = (score - mean) / sd
        let corrected = z - step / 2 / sd
        if skewness.isFinite {
            return NullTail(
                z: z, adjusted: adjusted, tail: PearsonTail.upper(corrected, skewness: skewness), shape: .pearson)
        }
        guard gap == .unknownSkewness else { return NullTail(z: z, adjusted: adjusted, tail: .nan, shape: nil) }
        return NullTail(z: z, adjusted: adjusted, tail: PearsonTail.upper(corrected, skewness: 0), shape: .normal)
    }
}
