package import SweepModel

/// Which artifacts of a layer are wanted.
package struct ArtifactRequest {
    package let kinds: Set<ArtifactKind>
    /// The length of neighbour lists, below n.
    package let neighbourCount: Int
    /// Where samples of one group are never each other's neighbours: the group of each sample.
    package let groups: [Int32]?
    /// The most singular vectors.
    package let dimensions: Int
    /// How the linear kernel is kept.
    package let linearForm: LinearKernelForm

    package init(
        _ kinds: Set<ArtifactKind>, neighbourCount: Int = 0, groups: [Int32]? = nil, dimensions: Int = 0,
        linearForm: LinearKernelForm = .entries
    ) {
        self.kinds = kinds
        self.linearForm = linearForm
        self.neighbourCount = neighbourCount
        self.groups = groups
        self.dimensions = dimensions
    }
}

/// Everything that scores need of one layer, computed once.
///
/// Neighbours and the linear Gram matrix come from one symmetric product in float32, whose error bounds are known; what is made from
/// differences of its entries comes from one in float64, and so does the Gram matrix where float32 would not do.
package struct LayerArtifacts {
    package let diagnostics: LayerSummary.Diagnostics
    /// nil where not asked for; all of these too, where all rows are the same.
    package private(set) var neighbours: NeighbourLists?
    package private(set) var kernels: [ArtifactKind: PackedKernel] = [:]
    /// The linear kernel where it was asked for by its factor.
    package private(set) var factoredKernel: FactoredKernel?
    package private(set) var basis: SingularBasis?
    package private(set) var features: CentredFeatureRows?

    /// Computes what is asked for of `parts` side by side (one part, but for a concatenation).
    ///
    /// Nothing depends on `resources`, but how long it takes.
    package init(
        of parts: [LayerPart], normalization: SweepSpec.Normalization, request: ArtifactRequest,
        resources: LayerResources = LayerResources()
    ) throws {
        let threads = resources.threads
        let shape = LayerShape(parts)
        let layer = PreparedLayer(
            parts, normalization: normalization,
            keptBytes: resources.memoryBytes - shape.leastBytes(request, threads: threads))
        let centred = CentredFeatures(layer, threads: threads)
        guard !centred.isConstant else {
            diagnostics = LayerDiagnostics.constant(layer.frame)
            return
        }
        let n = layer.sampleCount
        let k = request.neighbourCount
        let spare = resources.memoryBytes - shape.leastBytes(request, threads: threads) - layer.keptBytes
        // One more than k, so that a tie at the boundary is seen.
        let selection =
            request.kinds.contains(.neighbours)
            ? CandidateSelection(
                features: centred, count: min(k + 1, n - 1), groups: request.groups, spareBytes: max(0, spare / 2))
            : nil
        var packedSquareSum = 0.0
        let hasEntries = request.linearForm == .entries
        func visitTiles(_ packed: UnsafeMutablePointer<Float>?) {
            let packing = hasEntries ? GramPacking(sampleCount: n, packed: packed) : nil
            CentredProduct.forEachTile(of: centred.rows, threads: threads) { tile in
                packing?.take(tile)
                selection?.take(tile)
                resources.onStep()
            }
            packedSquareSum = packing?.packedSquareSum ?? 0
        }
        if request.kinds.contains(.gram), hasEntries {
            let packed = [Float](unsafeUninitializedCapacity: PackedKernel.packedCount(n)) { buffer, count in
                visitTiles(buffer.baseAddress)
                count = PackedKernel.packedCount(n)
            }
            kernels[.gram] = PackedKernel(
                sampleCount: n, packed: packed, diagonal: centred.squaredNorms, packedSquareSum: packedSquareSum,
                scale: centred.productScale)
        } else if hasEntries || selection != nil {
            visitTiles(nil)
        }
        if !hasEntries {
            let kernel = try FactoredKernel(centred)
            packedSquareSum = kernel.packedSquareSum
            if request.kinds.contains(.gram) { factoredKernel = kernel }
        }
        if let selection {
            selection.finish(threads: threads)
            neighbours = NeighbourRefinement(layer: layer, threads: threads, onStep: resources.onStep).lists(
                k: k, selection: selection, features: centred, panelBytes: max(spare / 2, 0))
        }
        if Self.needsFloat64(kernels[.gram], factoredKernel, width: layer.width) {
            if factoredKernel != nil, n > LinearKernelForm.mostWidenedFactor {
                factoredKernel = try FactoredKernel(wide: layer, centred)
            } else {
                kernels[.gram] = PackedKernel(
                    uCentred: PairProducts(layer), diagonal: centred.squaredNorms, scale: centred.productScale,
                    productScale: centred.scale * centred.scale)
                factoredKernel = nil
            }
        }
        let kernel: (any PackedKernelSource)? = kernels[.gram] ?? factoredKernel
        diagnostics = LayerDiagnostics.of(
            layer.frame, diagonal: kernel?.diagonal ?? centred.squaredNorms,
            squaredNorm: kernel?.squaredNorm
                ?? 2 * packedSquareSum + centred.squaredNorms.reduce(0) { $0 + $1 * $1 })
        try derive(from: layer, request)
    }

    /// Whether the linear kernel in float32, by its entries or by its factor, would not do.
    private static func needsFloat64(_ gram: PackedKernel?, _ factor: FactoredKernel?, width: Int) -> Bool {
        let kernel: any PackedKernelSource
        let error: Float32Error
        if let gram {
            error = Float32Error(ofProducts: gram.packed, width: width, diagonal: gram.diagonal)
            kernel = gram
        } else if let factor, let known = factor.error {
            (kernel, error) = (factor, known)
        } else {
            return false
        }
        let n = Double(kernel.diagonal.count)
        // Fewer samples have no unbiased self term.
        guard n > 3 else { return false }
        let terms = HSICTerms.selfTerms(kernel)
        let least = min(terms.biased, terms.unbiased * n * (n - 3))
        return error.share(of: least / 2) > Float32Error.largest
    }

    /// What comes from the prepared features in float64.
    private mutating func derive(from layer: PreparedLayer, _ request: ArtifactRequest) throws {
        if request.kinds.contains(.basis) { basis = try SingularBasis(layer, dimensions: request.dimensions) }
        if request.kinds.contains(.features) { features = try CentredFeatureRows(layer) }
        let bandwidths = request.kinds.compactMap { kind in
            kind.parameter.flatMap { kind == .rbf(bandwidth: $0) ? $0 : nil }
        }
        let others = request.kinds.intersection([.ranks, .distances])
        if !others.isEmpty || !bandwidths.isEmpty {
            let products = PairProducts(layer)
            if others.contains(.ranks) { kernels[.ranks] = SimilarityRanks.kernel(of: layer, products) }
            guard others.contains(.distances) || !bandwidths.isEmpty else { return }
            let distances = PairDistances(layer, products)
            if others.contains(.distances) { kernels[.distances] = CentredDistances.kernel(of: distances) }
            for bandwidth in bandwidths {
                kernels[.rbf(bandwidth: bandwidth)] = CentredRBF.kernel(
                    squaredDistances: distances.squares, sampleCount: layer.sampleCount, bandwidth: bandwidth)
            }
        }
    }
}
