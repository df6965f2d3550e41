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

/// Digests the stored values of a layer's parts while they come by in runs of rows.
final class PartDigests {
    private var hashers: [Hasher] = []

    /// One part's.
    private final class Hasher {
        let precision: String
        private var hasher: ContentHasher? = ContentHasher()

        init(_ precision: String) { self.precision = precision }

        func update(_ bytes: UnsafeRawBufferPointer) { hasher?.update(bytes) }

        func finish() -> String {
            guard let digest = hasher.take()?.finish() else { return "" }
            return "\(precision)-\(digest)"
        }
    }

    /// Takes in the next rows.
    func take(_ parts: [LayerPart]) {
        if hashers.isEmpty { hashers = parts.map { Hasher(TaskRunner.precisionName($0.stored)) } }
        for (part, hasher) in zip(parts, hashers) {
            hasher.update(UnsafeRawBufferPointer(part.stored.rawRows(0..<part.stored.rows)))
        }
    }

    /// The digests of the parts, as `TaskRunner.digest` has them of whole layers.
    func finish() -> [String] { hashers.map { $0.finish() } }
}
