/// What the coordinator keeps of a layer whose artifacts are done.
package struct LayerSummary: Hashable, Codable, Sendable {
    /// What is known of every layer, whatever the metrics.
    package struct Diagnostics: Hashable, Codable, Sendable {
        /// The share of values that clipping changed.
        package let clippedShare: Double
        /// Whether all rows are the same, so that no metric is defined.
        package let isConstant: Bool
        /// The participation ratio (tr K_c)²/‖K_c‖² of the centred Gram matrix's eigenvalues; NaN if constant.
        package let effectiveRank: Double
        /// The mean cosine between two different samples, all-zero ones left out; NaN where there are none.
        package let meanCosine: Double

        package init(clippedShare: Double, isConstant: Bool, effectiveRank: Double, meanCosine: Double) {
            self.clippedShare = clippedShare
            self.isConstant = isConstant
            self.effectiveRank = effectiveRank
            self.meanCosine = meanCosine
        }
    }

    /// What the neighbour lists say, one value for each single k of the sweep in ascending order.
    package struct Neighbourhood: Hashable, Codable, Sendable {
        /// The share of rows whose k-th and next similarity are tied.
        package let tiedShares: [Double]
        /// The cycle k-NN expected of this layer as A and an unrelated one as B.
        package let cycleChances: [Double]
        /// How often the most listed sample is listed, at the longest list.
        package let largestInDegree: Int

        package init(tiedShares: [Double], cycleChances: [Double], largestInDegree: Int) {
            self.tiedShares = tiedShares
            self.cycleChances = cycleChances
            self.largestInDegree = largestInDegree
        }
    }

    package let diagnostics: Diagnostics
    /// nil where no neighbour metric was asked for, or all rows are the same.
    package let neighbourhood: Neighbourhood?
    /// For centred kernels: the biased CKA expected of unrelated layers is the product of both sides' factor tr K_c/‖K_c‖ over n - 1.
    package let chanceFactors: [ArtifactKind: Double]
    /// The names of the artifacts; none where all rows are the same.
    package let artifacts: [ArtifactKind: String]
    /// Kernels whose entries are kept and added up in float64, since float32 would not be good enough.
    package let float64Kinds: Set<ArtifactKind>
    /// By metric id what the layer brings to the moments of its scores under random matching, as text (`NullModel.Numbers`).
    package let nullNumbers: [String: String]

    package init(
        diagnostics: Diagnostics, neighbourhood: Neighbourhood?, chanceFactors: [ArtifactKind: Double],
        artifacts: [ArtifactKind: String], float64Kinds: Set<ArtifactKind> = [], nullNumbers: [String: String] = [:]
    ) {
        self.diagnostics = diagnostics
        self.neighbourhood = neighbourhood
        self.chanceFactors = chanceFactors
        self.artifacts = artifacts
        self.float64Kinds = float64Kinds
        self.nullNumbers = nullNumbers
    }
}
