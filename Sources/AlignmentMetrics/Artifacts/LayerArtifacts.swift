package import LinearAlgebra
package import SweepModel

/// Everything that scores need of one layer, from one symmetric product.
package struct LayerArtifacts {
    /// nil where no neighbour metric was asked for, or all rows are the same.
    package let neighbours: NeighbourLists?
    /// nil where no Gram metric was asked for, or all rows are the same.
    package let gram: CentredGram?
    /// The share of stored values beyond the clip threshold.
    package let clippedShare: Double
    /// Whether all rows are the same, so that no metric is defined.
    package let isConstant: Bool

    /// Computes the artifacts of `stored` (n x d).
    /// - Parameters:
    ///   - threshold: values are clamped to [-threshold, threshold].
    ///   - k: the length of the neighbour lists, below n; nil for none.
    ///   - gram: whether the centred Gram matrix is wanted.
    package init(
        of stored: StoredMatrix, threshold: Double, normalization: SweepSpec.Normalization, k: Int?,
        gram wantsGram: Bool
    ) {
        let layer = PreparedLayer(stored, threshold: threshold, normalization: normalization)
        let features = CentredFeatures(layer)
        clippedShare = layer.clippedShare
        isConstant = features.isConstant
        guard !features.isConstant, k != nil || wantsGram else {
            neighbours = nil
            gram = nil
            return
        }
        let n = layer.sampleCount
        // One more than k, so that a tie at the boundary is seen.
        var selection = k.map { CandidateSelection(features: features, count: min($0 + 1, n - 1)) }
        var packing = wantsGram ? GramPacking(sampleCount: n) : nil
        CentredProduct.forEachTile(of: features) { tile in
            selection?.take(tile)
            packing?.take(tile)
        }
        selection?.finish()
        if let k, let selection {
            neighbours = NeighbourRefinement(layer: layer).lists(k: k, candidates: selection.candidates)
        } else {
            neighbours = nil
        }
        gram = packing?.finish(diagonal: features.squaredNorms)
    }
}
