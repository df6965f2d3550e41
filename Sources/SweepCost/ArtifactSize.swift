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

    /// The bytes of the largest file that the work on layer `layer` of `plan` can make, candidates of its steps included; with what comes
    /// beside the payload, roughly.
    package static func largestFile(ofLayer layer: Int, of plan: SweepPlan) -> Int {
        let (n, k) = (plan.sampleCount, plan.longestNeighbourList ?? 0)
        let width = plan.layers[layer].width
        let payloads = plan.artifactKinds.map { kind in
            max(
                stored(kind, samples: n, width: width, k: k, dimensions: plan.basisDimensions ?? 0),
                inFloat64(kind, samples: n, width: width))
        }
        // Of two runs of rows every pair may be a candidate, in 12 bytes.
        let rows = plan.neighbourSteps?.blocks.first?.count ?? 0
        let payload = max(payloads.max() ?? 0, 4 * rows + 12 * rows * rows)
        // Digests of pieces, some numbers for each k, the key.
        return payload + payload / 1024 + 128 * k + (1 << 20)
    }

    /// Payload bytes of a kernel in float64, as it is kept where float32 would not do; 0 of what never is.
    private static func inFloat64(_ kind: ArtifactKind, samples n: Int, width: Int) -> Int {
        switch kind {
        case .gram
        where LinearKernelForm(sampleCount: n, width: width) == .factor && n > LinearKernelForm.mostWidenedFactor:
            n * width * 8 + n * 8
        case .gram, .ranks, .distances, .rbf: n * (n - 1) / 2 * 8 + n * 8
        case .neighbours, .basis, .features: 0
        }
    }

    /// The payload bytes of every layer of `plan` together.
    package static func stored(_ kind: ArtifactKind, of plan: SweepPlan) -> Int {
        plan.layers.reduce(0) { sum, layer in
            sum
                + stored(
                    kind, samples: plan.sampleCount, width: layer.width, k: plan.longestNeighbourList ?? 0,
                    dimensions: plan.basisDimensions ?? 0)
        }
    }
}
