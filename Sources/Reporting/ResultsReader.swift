internal import FeatureStore
internal import HDF5
internal import SweepModel

/// A results file, open for reading.
package final class ResultsReader {
    /// One side's layers, for tidy rows.
    package struct Side: Sendable {
        package let models: [String]
        /// For each layer its position in `models`, its index in the model, and its name.
        package let layerModel: [Int]
        package let layerIndex: [Int]
        package let layerName: [String]
    }

    /// One group under `/metrics`.
    package struct MetricScores: Sendable {
        package let id: String
        package let metric: String
        package let variant: String
        package let k: Int?
        /// x layers x y layers, row-major.
        package let layerScores: [Double]
        /// The chance level of each layer pair, or one for all.
        package let chanceLayer: [Double]?
        package let chance: Double?
        /// x models x y models, row-major, with the layers that attain them.
        package let scores: [Double]
        package let bestXLayer: [Int]
        package let bestYLayer: [Int]
    }

    package let path: String
    package let x: Side
    package let y: Side
    package let sampleCount: Int
    package let metricIDs: [String]
    let file: HDF5File

    package init(path: String) throws {
        self.path = path
        do {
            let file = try HDF5File.open(path)
            let root = try file.root()
            guard try root.attribute("format")?.text == ResultsFormat.name, try root.attribute("version")?.integer == 1
            else {
                throw Complaint(
                    .request, "the file is no results file of version 1", at: path,
                    advice: "name what a sweep wrote to --output")
            }
            x = try Self.side("x", root)
            y = try Self.side("y", root)
            sampleCount = try root.dataset("sample").shape.first ?? 0
            metricIDs = try root.group("metrics").childNames()
            self.file = file
        } catch let error as HDF5Error {
            throw Self.complaint(error, path)
        }
    }

    /// The scores of the metric called `id`.
    package func scores(of id: String) throws -> MetricScores {
        do {
            let group = try file.root().group("metrics").group(id)
            func integers(_ name: String) throws(HDF5Error) -> [Int] {
                try group.dataset(name).readInt64s(rank: 2, limit: .max).map { Int($0) }
            }
            func doubles(_ name: String) throws(HDF5Error) -> [Double] {
                try group.dataset(name).readDoubles(rank: 2, limit: .max)
            }
            let hasChance = try group.kind(of: "chance_layer") != nil
            return MetricScores(
                id: id,
                metric: try group.attribute("metric")?.text ?? id, variant: try group.attribute("variant")?.text ?? "",
                k: try group.attribute("k")?.integer.map { Int($0) }, layerScores: try doubles("layer_scores"),
                chanceLayer: hasChance ? try doubles("chance_layer") : nil,
                chance: try group.attribute("chance")?.number, scores: try doubles("scores"),
                bestXLayer: try integers("best_x_layer"), bestYLayer: try integers("best_y_layer"))
        } catch {
            throw Self.complaint(error, path)
        }
    }

    private static func side(_ name: String, _ root: borrowing HDF5Group) throws(HDF5Error) -> Side {
        Side(
            models: try root.dataset(name).readStrings(),
            layerModel: try root.dataset("\(name)_layer_model").readInt64s().map { Int($0) },
            layerIndex: try root.dataset("\(name)_layer_index").readInt64s().map { Int($0) },
            layerName: try root.dataset("\(name)_layer_name").readStrings())
    }

    static func complaint(_ error: HDF5Error, _ path: String) -> Complaint {
        Complaint(
            .request, "the results file cannot be read: \(error.reason)", at: path,
            advice: "name what a sweep wrote to --output; run the sweep again if it is damaged")
    }
}
