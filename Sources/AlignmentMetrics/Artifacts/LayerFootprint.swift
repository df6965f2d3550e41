internal import LinearAlgebra
internal import SweepModel

/// What the work on one layer takes in memory: the one count that a sweep is refused by, that a worker holds itself to, and that `plan`
/// shows.
package struct LayerFootprint {
    let sampleCount: Int
    let width: Int
    let storedBytes: Int

    /// A layer of `sampleCount` x `width` values, stored in `storedBytes`.
    package init(sampleCount: Int, width: Int, storedBytes: Int) {
        self.sampleCount = sampleCount
        self.width = width
        self.storedBytes = storedBytes
    }

    init(_ parts: [LayerPart]) {
        self.init(
            sampleCount: parts.first?.stored.rows ?? 0, width: parts.reduce(0) { $0 + $1.stored.columns },
            storedBytes: parts.reduce(0) { $0 + $1.stored.byteCount })
    }

    /// The least bytes in which what `request` asks for can be computed. Prepared rows are then made again whenever they are needed.
    ///
    /// There are the stored values, and centred ones in float32; in the pass that all layers take, tiles of the product and candidates; and
    /// what is left of that while the other artifacts are made, one after another. Of the few layers whose kernels are kept in float64 more
    /// is taken, which only making them tells.
    package func leastBytes(_ request: ArtifactRequest, threads: Int) -> Int {
        let (n, d) = (sampleCount, width)
        let values = storedBytes + 4 * n * d + 48 * threads * d + 256 * n
        var pass = threads * CentredProduct.bufferBytes(sampleCount: n)
        var left = 0
        if request.needs(.lists) {
            let k = request.neighbourCount
            pass += CandidateSelection.leastBytes(sampleCount: n, count: k + 1) + 12 * n * threads
            left += 12 * n * k
        }
        switch request.linearForm {
        case .entries: if request.needs(.linearKernel) { left += pairBytes(4) }
        case .factor: pass += FactoredKernel.comparisonBytes(sampleCount: n, width: d)
        }
        let extent = ArtifactDefinition.Extent(
            samples: n, width: d, listLength: request.neighbourCount, dimensions: request.dimensions)
        let making = request.kinds.map { kind in
            let shared = kind.definition.source == .pairProducts ? pairBytes(8) + productTileBytes : 0
            return shared + kind.definition.makingBytes(extent)
        }
        return values + left + max(pass, making.max() ?? 0) + Self.smallBytes
    }

    /// What is small, and what the allocator and the readers of stores and files keep.
    private static let smallBytes = 8 << 20

    private func pairBytes(_ each: Int) -> Int { PackedKernel.packedCount(sampleCount) * each }

    /// A tile of products in float64, and the rows of both its sides.
    private var productTileBytes: Int {
        let edge = min(PairProducts.edge, sampleCount)
        return 8 * edge * (edge + 2 * width)
    }
}
