internal import LinearAlgebra
internal import PermutationStatistics
package import SweepModel

extension PairMatrix {
    package static func subsampled(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile
    ) throws -> SubsampledLayers? {
        func matrices(_ layers: [TileLayer]) throws -> [WholeMatrix?] {
            try layers.map { layer in
                try tile.blocks.read(kind, of: layer) { try StoredKernel.open($0, kind, $1).map(WholeMatrix.init) }
            }
        }
        let rows = try matrices(tile.rows)
        let columns = tile.isOnDiagonal ? rows : try matrices(tile.columns)
        let centrings = metrics.map { metric -> SubsampledKernel.Centring in
            // Of distances there is no diagonal.
            metric.kind.definition.isUnbiased || !kind.definition.isCentredKernel ? .unbiased : .biased
        }
        return SubsampledLayers { subsample in
            var found: [SubsampledKernel.Centring: [Double]] = [:]
            for centring in Set(centrings) {
                func panel(_ matrices: [WholeMatrix?]) throws -> KernelPanel {
                    try KernelPanel(
                        matrices.map { $0.flatMap { SubsampledSource($0, subsample, centring) } },
                        sampleCount: subsample.samples.count, resident: false)
                }
                let left = try panel(rows)
                let right = tile.isOnDiagonal ? left : try panel(columns)
                // Centred alike, biased alignment is the cosine of both.
                found[centring] = try KernelAlignment(
                    rows: left, columns: right, sampleCount: subsample.samples.count
                ).cka
            }
            return centrings.map { .init(scores: found[$0] ?? [], leftOut: nil) }
        }
    }
}

/// All entries of a layer's matrix, in memory.
private struct WholeMatrix {
    let packed: [Float]
    let wide: [Double]
    /// What centring within any subsample takes for the matrix's own diagonal.
    let diagonal: [Double]

    init(_ source: any PackedKernelSource) throws {
        let n = source.diagonal.count
        switch (source.factor, source.entries) {
        case (let factor?, _) where factor.isWide:
            packed = []
            wide = try source.packedValues(FactorEntries(wide: factor, sampleCount: n).copy)
        case (let factor?, _):
            packed = try source.packedValues(FactorEntries(factor, sampleCount: n).copy)
            wide = []
        case (nil, .float32): (packed, wide) = (try source.packedValues(source.copy), [])
        case (nil, _): (packed, wide) = ([], try source.packedValues(source.copy))
        }
        guard source.entries == .uCentred else {
            diagonal = source.diagonal
            return
        }
        // U-centred entries have an amount more in every row and column than those that are centred (`KernelAlignment`), and so has this.
        let size = Double(n)
        let trace = source.diagonal.reduce(0, +)
        diagonal = source.diagonal.map { $0 + 2 * $0 / (size - 2) - trace / ((size - 1) * (size - 2)) }
    }
}

/// A layer's matrix within a subsample.
private struct SubsampledSource: PackedKernelSource {
    private let kernel: SubsampledKernel
    var diagonal: [Double] { kernel.diagonal }
    var packedSquareSum: Double { kernel.packedSquareSum }
    var scale: Double { 1 }

    /// Nil where the layer does not vary within the subsample.
    init?(_ matrix: WholeMatrix, _ subsample: Subsample, _ centring: SubsampledKernel.Centring) {
        kernel =
            matrix.wide.isEmpty
            ? SubsampledKernel(packed: matrix.packed, diagonal: matrix.diagonal, in: subsample, centring: centring)
            : SubsampledKernel(packed: matrix.wide, diagonal: matrix.diagonal, in: subsample, centring: centring)
        guard kernel.varies else { return nil }
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
        kernel.packed.withUnsafeBufferPointer { packed in
            _ = UnsafeMutableBufferPointer(start: destination, count: range.count).update(
                fromContentsOf: UnsafeBufferPointer(rebasing: packed[range]))
        }
    }
}
