internal import SweepModel

/// The alignment of models with one reference model, or with the mean over them, against a score.
package struct AlignmentLine: Sendable {
    /// A line is drawn through at least so many models, a band about it of at least so many.
    package static let leastModels = 5
    package static let leastModelsOfBand = 10

    /// The name of the reference model; nil for the mean over all of them.
    package let reference: String?
    /// For each member of the panel its alignment; NaN where there is none.
    package let alignments: [Double]
    /// Alignment as a linear function of the score as shown.
    package let line: Estimate<LeastSquaresLine>
    package let pearson: Estimate<Double>
    package let spearman: Estimate<Double>
    /// Over models like the members, the reference models held fixed.
    package let spearmanInterval: Estimate<RankInterval>
    package let band: Estimate<BootstrapBand>

    /// - Parameters:
    ///   - shown: for each member its score as shown.
    ///   - families: for each member its family.
    ///   - bootstrap: nil where no band is wanted.
    init(
        reference: String?, _ alignments: Ranking, shown: Ranking, families: [String?],
        bootstrap: BootstrapBand.Options?
    ) {
        self.reference = reference
        self.alignments = alignments.values
        let pairs = CompletePairs(shown.values, alignments.values)
        pearson = PearsonCorrelation.of(pairs)
        spearman = SpearmanCorrelation.of(shown, alignments)
        spearmanInterval = RankInterval.of(spearman)
        line =
            pairs.count < Self.leastModels
            ? Estimate(none: "fewer than \(Self.leastModels) models", n: pairs.count) : LeastSquaresLine.of(pairs)
        if pairs.count < Self.leastModelsOfBand {
            band = Estimate(none: "fewer than \(Self.leastModelsOfBand) models", n: pairs.count)
        } else if let bootstrap {
            band = BootstrapBand.of(shown.values, alignments.values, families: families, options: bootstrap)
        } else {
            band = Estimate(none: "too many reference models: only the mean over them is resampled", n: pairs.count)
        }
    }
}
