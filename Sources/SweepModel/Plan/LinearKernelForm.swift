/// How the centred linear kernel K = XXᵀ of a layer is kept: by its entries or by its factor X, the centred features.
///
/// Two layers are compared by their factors where both are kept so, and otherwise by the entries of both. The form follows from the
/// layer's shape alone, so that no bit of a score depends on memory or on what else is compared.
package enum LinearKernelForm: Hashable, Sendable {
    /// 2n² bytes a layer, n² operations a pair of layers.
    case entries
    /// 4nd bytes a layer, 2n d_x d_y operations a pair of layers: ‖XᵀY‖²_F = Σ_ij K_ij L_ij.
    case factor

    /// With more samples the entries of one layer would take more than 2 GiB.
    package static let mostSamplesByEntries = 32_768

    /// With as many or fewer, a kernel of which float32 is not good enough is kept by its entries, in float64, whatever its form otherwise;
    /// with more, one that is kept by its factor is so in float64 as well.
    package static let mostWidenedFactor = 4096

    /// The form of a layer of `sampleCount` x `width` features: the factor where that is cheaper, or where entries are too many.
    package init(sampleCount n: Int, width d: Int) {
        self = n > Self.mostSamplesByEntries || 2 * d * d <= n ? .factor : .entries
    }
}

extension SweepPlan {
    /// The form of the kernel of a layer, a position in `layers`.
    package func linearKernelForm(ofLayer layer: Int) -> LinearKernelForm {
        LinearKernelForm(sampleCount: sampleCount, width: layers[layer].width)
    }

    /// The form that all layers have; that of entries where they differ, since layers of either form have to give theirs then.
    package var linearKernelForm: LinearKernelForm {
        layers.indices.allSatisfy { linearKernelForm(ofLayer: $0) == .factor } ? .factor : .entries
    }

    /// Whether neighbours are found by a product of their own, which may be one of 8-bit integers: by entries of kernels they are found as well.
    package var hasIntegerProducts: Bool {
        let sources = artifactKinds.map(\.definition.source)
        return sources.contains(.lists) && !(linearKernelForm == .entries && sources.contains(.linearKernel))
    }
}
