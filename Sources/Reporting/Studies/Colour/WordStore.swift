package import ColourStudy
internal import FeatureStore
internal import HDF5
internal import LinearAlgebra
package import SweepModel

/// A feature store whose samples are colour words.
package enum WordStore {
    /// The words, their colours and every layer of the store at `path`, which another process has looked at.
    package static func read(_ path: String, colours table: ColourTable) throws(Complaint) -> ColourStudy.WordFeatures {
        guard ReferencePath(path) == nil else {
            throw Complaint(
                .request, "references hold no features, of which distances could be taken", at: path,
                advice: "name a feature store")
        }
        let store = try StoreReader(path: path)
        let metadata = store.metadata
        guard (5...500).contains(metadata.sampleCount) else {
            throw Complaint(
                .request, "the store has \(metadata.sampleCount.counted("sample")), and a map takes 5 to 500", at: path,
                advice: "make a store of colour words")
        }
        let colours = try table.colours(of: metadata.sampleIDs, in: path)
        var layers: [ColourStudy.WordFeatures.Layer] = []
        for (index, layer) in metadata.layers.enumerated() {
            let rows = try store.readLayer(index, order: nil)
            var values = [Double](repeating: 0, count: rows.rows * rows.columns)
            values.withUnsafeMutableBufferPointer { buffer in
                for row in 0..<rows.rows {
                    if let start = buffer.baseAddress { rows.widenRow(row, into: start + row * rows.columns) }
                }
            }
            layers.append(.init(name: layer.name, features: values))
        }
        return ColourStudy.WordFeatures(
            path: path, model: metadata.model, network: metadata.attributes["network"]?.text ?? metadata.model,
            isPretrained: metadata.attributes["pretrained"]?.integer != 0, words: metadata.sampleIDs, colours: colours,
            layers: layers)
    }
}
