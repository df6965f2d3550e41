package import LinearAlgebra
package import SweepModel

/// The factor s·X_c of a layer's linear kernel, whose rows are read and centred when they are asked for.
final class StreamedFactor: KernelFactor {
    private let layer: StreamedLayer
    private let threads: ThreadTeam
    /// What was asked for last: a product of the factor with itself asks twice.
    private var latest: CentredRows?

    init(_ layer: StreamedLayer, threads: ThreadTeam) {
        self.layer = layer
        self.threads = threads
    }

    var width: Int { layer.frame.width }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>? {
        if latest?.samples != range { latest = layer.centred(try layer.rows(range), threads: threads) }
        return (latest?.matrix.elements.baseAddress).map { UnsafePointer($0) }
    }
}

extension LayerDiagnostics {
    /// Those of a layer that is not in memory; of a constant one without an effective rank.
    package static func of(_ layer: StreamedLayer, threads: ThreadTeam) throws -> LayerSummary.Diagnostics {
        guard !layer.isConstant else { return constant(layer.frame) }
        let factor = StreamedFactor(layer, threads: threads)
        let squareSum = try FactoredKernel.packedSquareSum(of: factor, diagonal: layer.norms.squaredNorms).sum
        return of(
            layer.frame, diagonal: layer.norms.squaredNorms,
            squaredNorm: 2 * squareSum + layer.norms.squaredNorms.reduce(0) { $0 + $1 * $1 })
    }
}
