package import SweepModel

/// What artifacts take on disk and, decoded, in a worker's memory.
package enum ArtifactSize {
    /// Payload bytes of one layer's artifact: n samples, `width` features, lists of k, q singular vectors.
    package static func stored(_ kind: ArtifactKind, samples n: Int, width: Int, k: Int, dimensions q: Int) -> Int {
        switch kind {
        // Indices in 4 bytes, similarities in 8, and each sample's mean similarity in 8.
        case .neighbours: n * k * 12 + n * 8
        case .gram where LinearKernelForm(sampleCount: n, width: width) == .factor: n * width * 4 + n * 8
        // The entries above the diagonal in 4 bytes, the diagonal in 8.
        case .gram, .ranks, .distances, .rbf: n * (n - 1) / 2 * 4 + n * 8
        case .basis: min(q, n, width) * n * 4
        case .features: n * min(n, width) * 8
        }
    }

    /// The same of every layer of `plan`.
    package static func stored(_ kind: ArtifactKind, of plan: SweepPlan) -> Int {
        plan.layers.reduce(0) { sum, layer in
            sum
                + stored(
                    kind, samples: plan.sampleCount, width: layer.width, k: plan.longestNeighbourList ?? 0,
                    dimensions: plan.basisDimensions ?? 0)
        }
    }
}
