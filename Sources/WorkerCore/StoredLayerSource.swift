internal import AlignmentMetrics
internal import ContentHash
internal import FeatureStore
internal import LinearAlgebra

/// The rows of a layer, or of all layers of a store side by side, as they are in a store.
struct StoredLayerSource: LayerSource {
    let reader: any OpenStore
    let order: [Int]?
    /// Indices of the layers in the store, and the threshold of each.
    let layers: [(index: Int, threshold: Double)]
    let sampleCount: Int

    var width: Int { layers.reduce(0) { $0 + reader.metadata.layers[$1.index].width } }

    func parts(_ samples: Range<Int>) throws -> [LayerPart] {
        try layers.map { layer in
            LayerPart(try reader.readRows(samples, ofLayer: layer.index, order: order), threshold: layer.threshold)
        }
    }
}

/// Digests the stored values of a layer while they come by in runs of rows.
final class LayerDigest {
    private var precision = ""
    private var hasher: ContentHasher? = ContentHasher()

    /// Takes in the next rows.
    func take(_ values: StoredMatrix) {
        precision = TaskRunner.precisionName(values)
        hasher?.update(UnsafeRawBufferPointer(values.rawRows(0..<values.rows)))
    }

    /// The digest, as `TaskRunner.digest` has it of a whole layer; once.
    func finish() -> String {
        guard let digest = hasher.take()?.finish() else { return "" }
        return "\(precision)-\(digest)"
    }
}

/// The same of all parts of a layer.
final class PartDigests {
    private var hashers: [LayerDigest] = []

    /// Takes in the next rows.
    func take(_ parts: [LayerPart]) {
        if hashers.isEmpty { hashers = parts.map { _ in LayerDigest() } }
        for (part, hasher) in zip(parts, hashers) { hasher.take(part.stored) }
    }

    /// The digests of the parts, as `TaskRunner.digest` has them of whole layers.
    func finish() -> [String] { hashers.map { $0.finish() } }
}
