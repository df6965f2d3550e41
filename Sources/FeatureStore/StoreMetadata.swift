package import ContentHash
package import HDF5
internal import SweepModel

/// The floating-point precision in which a layer is stored.
package enum StoredPrecision: String, Codable, Sendable {
    case float16
    case float32
    case float64

    /// Bytes a value.
    package var byteSize: Int {
        switch self {
        case .float16: 2
        case .float32: 4
        case .float64: 8
        }
    }
}

/// What a store says of one layer.
package struct StoredLayer: Codable, Sendable {
    /// The layer's index, and its place in the store.
    package let index: Int
    /// The attribute `name`, or the index where there is none.
    package let name: String
    /// The number of features d.
    package let width: Int
    package let precision: StoredPrecision
}

/// Everything that a store says but its feature values.
package struct StoreMetadata: Codable, Sendable {
    package var path: String
    package var model: String
    package var modality: String
    package var dataset: String
    /// Every root attribute but `format` and `version`.
    package var attributes: [String: AttributeValue]
    package var sampleIDs: [String]
    /// The digest of the sample ids in order.
    package var sampleDigest: ContentDigest
    /// For each sample the group that it belongs to, such as the captions of one image; nil where the store has none.
    package var sampleGroups: [Int64]?
    package var layers: [StoredLayer]
    /// Scores of the model, such as bits_per_byte, and the names of those that are better when lower.
    package var scores: [String: Double]
    package var lowerIsBetter: [String]
    /// The file's size in bytes.
    package var fileBytes: Int
    /// Whether the file system could not lock the file, so that a writer would not be noticed.
    package var isUnlocked: Bool
    /// What this state of the file is known by: to the system of this machine (`StoreIdentity`), or to the server that has it; nil where an
    /// earlier build wrote it down.
    package var version: String?
    /// What a user should know of the store before it is compared; nil where there is nothing.
    package var warnings: [String]?
    /// What is worth saying of the store alone, and changes nothing in a comparison; nil where there is nothing.
    package var notes: [String]?
    /// For each sample the digest of what the model was shown of it (32 hexadecimal digits); nil where the store does not say.
    package var sampleInputs: [String]?
    /// Of a model of references what these were made with and hold; nil of a store.
    package var references: ReferenceContents?

    /// The number of samples n.
    package var sampleCount: Int { sampleIDs.count }
    /// The bytes of all feature values, uncompressed.
    package var valueBytes: Int { valueBytes(samples: sampleCount) }

    /// The bytes of the feature values of `samples` of its samples, uncompressed.
    package func valueBytes(samples: Int) -> Int {
        layers.reduce(0) { $0 + samples * $1.width * $1.precision.byteSize }
    }
}

extension StoreMetadata {
    /// The digest of what results say of the store, and of the shapes of its layers: the same on every machine, wherever the file lies.
    package var digest: ContentDigest {
        struct Contents: Encodable {
            let names: [String]
            let attributes: [String: AttributeValue]
            let sampleDigest: ContentDigest
            let sampleGroups: [Int64]?
            let sampleInputs: ContentDigest?
            let layers: [StoredLayer]
            let scores: [String: Double]
            let lowerIsBetter: [String]
            let references: ReferenceContents?
        }
        let contents = Contents(
            names: [model, modality, dataset], attributes: attributes, sampleDigest: sampleDigest,
            sampleGroups: sampleGroups, sampleInputs: sampleInputs.map { ContentDigest(ofIDs: $0) }, layers: layers,
            scores: scores, lowerIsBetter: lowerIsBetter, references: references)
        do {
            return try SortedJSON.bytes(contents, escapesSlashes: true).withUnsafeBytes { ContentDigest(of: $0) }
        } catch {
            preconditionFailure("texts and numbers can be encoded: \(error)")
        }
    }

    /// The same for others: without samples, and without what only this machine knows of the file.
    package var published: StoreMetadata {
        var store = self
        (store.path, store.fileBytes, store.isUnlocked, store.version) = ("", 0, false, nil)
        store.sampleIDs = []
        return store
    }

    /// The same without what is said of single samples and layers.
    package var summary: StoreMetadata {
        var store = self
        (store.sampleIDs, store.sampleGroups, store.sampleInputs, store.layers) = ([], nil, nil, [])
        return store
    }
}
