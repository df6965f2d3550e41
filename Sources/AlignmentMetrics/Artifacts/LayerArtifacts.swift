internal import LinearAlgebra
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

    /// Whether any of the kinds is made from `source`.
    func needs(_ source: ArtifactDefinition.Source) -> Bool { kinds.contains { $0.definition.source == source } }

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

/// One layer, and what its artifacts are made from: what all of them share is computed once.
///
/// Neighbours and the linear Gram matrix come from one symmetric product in float32, whose error bounds are known; what is made from
/// differences of its entries comes from one in float64, and so does the Gram matrix where float32 would not do. What a single kind of
/// artifact takes beside is done when it is handed over (`ArtifactComputation`).
package final class LayerArtifacts {
    package let diagnostics: LayerSummary.Diagnostics
    let request: ArtifactRequest
    /// The prepared rows.
    package let rows: PreparedLayer
    /// nil where not asked for; this and the kernel too, where all rows are the same.
    package private(set) var neighbours: NeighbourLists?
    /// The linear kernel, by its entries or by its factor.
    package private(set) var linearKernel: (any ResidentKernel)?
    private var products: PairProducts?
    private var distances: PairDistances?

    /// Computes what is asked for of `parts` side by side (one part, but for a concatenation).
    ///
    /// Nothing depends on `resources`, but how long it takes.
    package init(
        of parts: [LayerPart], normalization: SweepSpec.Normalization, request: ArtifactRequest,
        resources: LayerResources = LayerResources()
    ) throws {
        let threads = resources.threads
        let shape = LayerFootprint(parts)
        let layer = PreparedLayer(
            parts, normalization: normalization,
            keptBytes: resources.memoryBytes - shape.leastBytes(request, threads: threads.most), threads: threads)
        self.request = request
        rows = layer
        let norms = CentredNorms(layer, threads: threads)
        guard !norms.isConstant else {
            diagnostics = LayerDiagnostics.constant(layer.frame)
            return
        }
        let n = layer.sampleCount
        let k = request.neighbourCount
        let spare = resources.memoryBytes - shape.leastBytes(request, threads: threads.most) - layer.keptBytes
        let hasKernel = request.needs(.linearKernel)
        let hasEntries = request.linearForm == .entries
        var features: CentredFeatures?
        func centred() -> CentredFeatures {
            let found = features ?? CentredFeatures(layer, norms, threads: threads)
            features = found
            return found
        }
        // One more than k, so that a tie at the boundary is seen.
        let count = min(k + 1, n - 1)
        var selection: CandidateSelection?
        var packedSquareSum = 0.0
        func visitTiles(of side: some ProductSide, _ packed: UnsafeMutablePointer<Float>?) {
            let packing = hasEntries ? GramPacking(sampleCount: n, packed: packed) : nil
            CentredProduct.forEachTile(of: side, threads: threads) { tile in
                packing?.take(tile)
                selection?.take(tile)
                resources.onStep()
            }
            packedSquareSum = packing?.packedSquareSum ?? 0
        }
        var entries: PackedKernel?
        var factor: FactoredKernel?
        if request.needs(.lists) {
            let rows =
                hasKernel && hasEntries
                ? nil
                : CandidateProduct(
                    layer: layer, norms: norms, count: count, mask: request.groups.map { GroupMask($0) },
                    threads: threads
                ).integers(resources.productForm)
            if let rows {
                selection = CandidateSelection(
                    integers: rows, norms: norms, count: count, groups: request.groups, spareBytes: max(0, spare / 2))
                visitTiles(of: rows, nil)
            } else {
                selection = CandidateSelection(
                    features: centred(), count: count, groups: request.groups, spareBytes: max(0, spare / 2))
                if !(hasKernel && hasEntries) { visitTiles(of: centred().rows, nil) }
            }
        } else if hasEntries, !hasKernel {
            visitTiles(of: centred().rows, nil)
        }
        if hasKernel, hasEntries {
            let centred = centred()
            let packed = [Float](unsafeUninitializedCapacity: PackedKernel.packedCount(n)) { buffer, count in
                visitTiles(of: centred.rows, buffer.baseAddress)
                count = PackedKernel.packedCount(n)
            }
            entries = PackedKernel(
                sampleCount: n, packed: packed, diagonal: centred.squaredNorms, packedSquareSum: packedSquareSum,
                scale: centred.productScale)
        }
        if let selection {
            selection.finish(threads: threads)
            neighbours = NeighbourRefinement(layer: layer, threads: threads, onStep: resources.onStep).lists(
                k: k, selection: selection, features: centred, panelBytes: max(spare / 2, 0))
        }
        selection = nil
        if !hasEntries {
            let kernel = try FactoredKernel(centred())
            packedSquareSum = kernel.packedSquareSum
            if hasKernel { factor = kernel }
        }
        if Self.needsFloat64(entries, factor, width: layer.width) {
            if factor != nil, n > LinearKernelForm.mostWidenedFactor {
                factor = try FactoredKernel(wide: layer, centred())
            } else {
                entries = PackedKernel(
                    uCentred: PairProducts(layer), diagonal: norms.squaredNorms,
                    scale: norms.productScale(of: layer.frame), productScale: norms.scale * norms.scale)
                factor = nil
            }
        }
        linearKernel = entries ?? factor
        diagnostics = LayerDiagnostics.of(
            layer.frame, diagonal: linearKernel?.diagonal ?? norms.squaredNorms,
            squaredNorm: linearKernel?.squaredNorm
                ?? 2 * packedSquareSum + norms.squaredNorms.reduce(0) { $0 + $1 * $1 })
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

    /// Products of all pairs of rows; not after `pairDistances` without making them again.
    var pairProducts: PairProducts {
        let found = products ?? PairProducts(rows)
        products = found
        return found
    }

    /// Distances of all pairs of rows, which take the place of their products.
    var pairDistances: PairDistances {
        if let distances { return distances }
        var products = self.products ?? PairProducts(rows)
        self.products = nil
        let found = PairDistances(rows, &products)
        distances = found
        return found
    }

    /// Makes the artifacts of `kinds`, some of those that were asked for, one after another in the catalogue's order, and hands each over;
    /// none where all rows are the same.
    package func forEach(
        _ kinds: some Sequence<ArtifactKind>,
        _ body: (ArtifactKind, _ metadata: [UInt8], _ payload: [UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        guard !diagnostics.isConstant else { return }
        for kind in ArtifactCatalogue.ordered(kinds) {
            try ArtifactComputations.of(kind).write(kind, of: self) { try body(kind, $0, $1) }
        }
    }
}
