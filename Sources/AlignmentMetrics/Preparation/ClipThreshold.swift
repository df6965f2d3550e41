package import LinearAlgebra

/// The threshold t that clips all layers of a model: element floor(q·N) of the N sorted magnitudes (Schemas/metrics.md, *Preparation*;
/// `remove_outliers` of the released code), found exactly in bounded memory.
package struct ClipThreshold {
    private var selection: MagnitudeSelection

    /// A search over `valueCount` values of `bits` bits each (64 where layers differ). `quantile` lies in (0, 1]; at 1 the
    /// threshold is the largest magnitude.
    package init(quantile: Double, valueCount: Int, bits: Int) {
        let rank = min(Int(quantile * Double(valueCount)), valueCount - 1)
        selection = MagnitudeSelection(rank: rank, bits: bits)
    }

    /// Takes in a layer in the first pass, which thus shares a reader's only look at the layer.
    package mutating func countFirst(_ layer: StoredMatrix) { selection.count(layer) }

    /// Ends the first pass and makes those that are still needed over `layerCount` layers, which `layer` provides again.
    package mutating func finish(
        layerCount: Int, layer: (Int) throws -> StoredMatrix
    ) rethrows -> Double {
        selection.endPass()
        while true {
            if let result = selection.result { return result }
            for index in 0..<layerCount { selection.count(try layer(index)) }
            selection.endPass()
        }
    }
}
