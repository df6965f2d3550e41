package import SweepModel

/// What was found in a store.
package struct StoreFindings: Codable, Sendable {
    package let metadata: StoreMetadata
    /// Samples that have an all-zero row in some layer, in the store's order; empty where values were not looked at.
    package let zeroRows: [String]
    /// How many values of all layers are 0, of how many that were looked at.
    package let zeroCount: Int
    package let valueCount: Int

    /// Opens the store at `path` or at a URL and, if its `values` are wanted, reads it to the end. Throws on the first rule that it breaks.
    /// `step` is called whenever a part of it has been looked at.
    ///
    /// Of a model of references its artifacts stand for values: each is found to be what was published.
    package init(path: String, values: Bool, step: @escaping () -> Void = {}) throws(Complaint) {
        if let reference = try ReferencePath(path).map({ (path) throws(Complaint) in try ReferenceModel(path) }) {
            metadata = reference.metadata
            (zeroRows, zeroCount, valueCount) = ([], 0, 0)
            for artifact in values ? reference.layers.flatMap(\.artifacts.values) : [] {
                try reference.file.check(artifact)
                step()
            }
            return
        }
        let reader = try StoreReader(path: path, step: step)
        metadata = reader.metadata
        var zero: Set<Int> = []
        var zeros = 0
        if values {
            for index in metadata.layers.indices {
                let found = try reader.checkLayer(index, step: step)
                zero.formUnion(found.zeroRows)
                zeros += found.zeroCount
            }
            try reader.checkUnchanged()
        }
        zeroCount = zeros
        valueCount = values ? metadata.sampleCount * metadata.layers.reduce(0) { $0 + $1.width } : 0
        let ids = metadata.sampleIDs
        zeroRows = zero.sorted().map { ids[$0] }
    }
}
