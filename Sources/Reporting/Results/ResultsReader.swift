internal import FeatureStore
internal import Glibc
internal import HDF5
package import SweepAnalysis
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

    /// Where scores lie among those of random matchings (Schemas/results.md, `/statistics`): x layers x y layers, row-major.
    package struct NullPlacement: Sendable {
        package let z: [Double]
        package let p: [Double]
        package let adjusted: [Double]
    }

    package let path: String
    package let x: Side
    package let y: Side
    package let sampleCount: Int
    /// How many of them were queries; nil where the neighbours of all were found, or none.
    package let queryCount: Int?
    package let metricIDs: [String]
    let file: HDF5File
    let reading: CheckedReading

    /// Numbers of layers, neighbours and so on that are no damage.
    static let largestNumber = Int64(Int32.max)

    package init(path: String) throws {
        self.path = path
        do {
            var bytes = 0
            let file = try HDF5File.open(path) { descriptor in
                var status = stat()
                if fstat(descriptor, &status) == 0 { bytes = Int(status.st_size) }
            }
            let reading = CheckedReading(fileBytes: bytes)
            let root = try file.root()
            guard try root.attribute("format")?.text == ResultsFormat.name, try root.attribute("version")?.integer == 1
            else {
                throw Complaint(
                    .request, "the file is no results file of version 1", at: path,
                    advice: "name what a sweep wrote to --output")
            }
            let x = try Self.side("x", root, reading)
            let y = try Self.side("y", root, reading)
            if try root.attribute("symmetric")?.integer == 1,
                x.models.count != y.models.count || x.layerModel != y.layerModel || x.layerIndex != y.layerIndex
            {
                throw Self.contradiction(path, "it says that x is y, and their models or layers are others")
            }
            (self.x, self.y) = (x, y)
            sampleCount = try reading.dataset("sample", [nil], in: root).elementCount
            queryCount = try Self.queries(of: sampleCount, root, reading)
            guard queryCount == Self.queries(asked: try root.attribute("spec")?.text ?? "") else {
                throw Self.contradiction(path, "its queries are not those that its specification asks for")
            }
            metricIDs = try root.group("metrics").childNames()
            self.file = file
            self.reading = reading
        } catch let error as HDF5Error {
            throw Self.complaint(error, path)
        }
    }

    /// The ids of the samples, in joined order.
    package func sampleIDs() throws -> [String] {
        do throws(HDF5Error) { return try reading.texts("sample", count: sampleCount, in: file.root()) } catch {
            throw Self.complaint(error, path)
        }
    }

    /// The scores of the metric called `id`.
    package func scores(of id: String) throws -> MetricScores {
        do {
            let group = try file.root().group("metrics").group(id)
            func integers(_ name: String) throws(HDF5Error) -> [Int] {
                try reading.integers(name, models, of: -2...Self.largestNumber, in: group)
            }
            let hasChance = try group.kind(of: "chance_layer") != nil
            return MetricScores(
                id: id,
                metric: try group.attribute("metric")?.text ?? id, variant: try group.attribute("variant")?.text ?? "",
                k: try Self.number("k", group),
                layerScores: try reading.doubles("layer_scores", layers, in: group),
                chanceLayer: hasChance ? try reading.doubles("chance_layer", layers, in: group) : nil,
                chance: try group.attribute("chance")?.number,
                scores: try reading.doubles("scores", models, in: group),
                bestXLayer: try integers("best_x_layer"), bestYLayer: try integers("best_y_layer"))
        } catch {
            throw Self.complaint(error, path)
        }
    }

    /// The numbers of `/statistics` that readers use.
    private static let placementNames = ["null_mean", "null_sd", "z", "p", "adjusted"]

    /// Where each layer pair lies among random matchings under the metric called `id`; nil where nothing is known of that.
    package func placement(of id: String) throws -> NullPlacement? {
        do throws(HDF5Error) {
            guard try isPlaced(id) == true else { return nil }
            let group = try statistics(of: id)
            func numbers(_ name: String) throws(HDF5Error) -> [Double] { try reading.doubles(name, layers, in: group) }
            return NullPlacement(z: try numbers("z"), p: try numbers("p"), adjusted: try numbers("adjusted"))
        } catch {
            throw Self.complaint(error, path)
        }
    }

    /// What permutations say of the metric called `id`; nil where it was not calibrated.
    package func calibration(of id: String) throws -> ScoredCalibration? {
        do throws(HDF5Error) { return try scoredCalibration(of: id) } catch { throw Self.complaint(error, path) }
    }

    func scoredCalibration(of id: String) throws(HDF5Error) -> ScoredCalibration? {
        guard let group = try statisticsGroup(of: id) else { return nil }
        var values: [NullTable.Aggregate: ScoredCalibration.Values] = [:]
        for aggregate in NullTable.Aggregate.allCases where try group.kind(of: "\(aggregate.rawValue)_p") != nil {
            values[aggregate] = try calibratedValues(aggregate, group)
        }
        guard values[.maximum] != nil, let permutations = try Self.number("permutations", group) else { return nil }
        let level = try group.attribute("level")?.number ?? CalibratedScores.level
        return ScoredCalibration(
            permutations: permutations, permutesGroups: try group.attribute("permuted")?.text == "groups",
            level: level > 0 && level < 1 ? level : CalibratedScores.level, values: values)
    }

    private func calibratedValues(
        _ aggregate: NullTable.Aggregate, _ group: borrowing HDF5Group
    ) throws(HDF5Error) -> ScoredCalibration.Values {
        let name = aggregate.rawValue
        func shares(_ dataset: String) throws(HDF5Error) -> [Double] {
            try reading.doubles(dataset, models, of: 0...1, in: group)
        }
        let calibrated = CalibrationWriter.calibratedName(aggregate)
        let hasFamilywise = try group.kind(of: "\(name)_familywise_p") != nil
        return ScoredCalibration.Values(
            p: try shares("\(name)_p"), q: try shares("\(name)_q"), holm: try shares("\(name)_holm"),
            threshold: try reading.scores("\(name)_threshold", models, in: group),
            calibrated: try calibrated.map(shares),
            familywise: hasFamilywise ? try shares("\(name)_familywise_p") : nil)
    }

    /// The part of it that a report shows.
    func scoredPlacement(of id: String) throws(HDF5Error) -> ScoredPlacement? {
        guard let isKnown = try isPlaced(id) else { return nil }
        let group = try statistics(of: id)
        guard isKnown else {
            return try group.attribute("unknown")?.text.map { ScoredPlacement.unknown(reason: $0) }
        }
        func numbers(_ name: String) throws(HDF5Error) -> [Double] { try reading.scores(name, layers, in: group) }
        let floor = try group.attribute("p_floor")?.number ?? NullScores.floor
        return .known(
            means: try numbers("null_mean"), deviations: try numbers("null_sd"), p: try numbers("p"),
            floor: floor > 0 && floor < 1 ? floor : NullScores.floor)
    }

    /// `/statistics/<id>`; nil where there is none.
    func statisticsGroup(of id: String) throws(HDF5Error) -> HDF5Group? {
        let root = try file.root()
        guard try root.kind(of: "statistics") != nil, try root.group("statistics").kind(of: id) != nil
        else { return nil }
        return try statistics(of: id)
    }

    private func statistics(of id: String) throws(HDF5Error) -> HDF5Group {
        try file.root().group("statistics").group(id)
    }

    /// Whether a metric has the numbers of `/statistics`; nil where not even the reason is there: earlier builds wrote none.
    private func isPlaced(_ id: String) throws(HDF5Error) -> Bool? {
        let root = try file.root()
        guard try root.kind(of: "statistics") != nil else { return nil }
        let statistics = try root.group("statistics")
        guard try statistics.kind(of: id) != nil else { return nil }
        return try statistics.group(id).kind(of: "z") != nil
    }

    /// The extents of what is said of pairs of models, and of pairs of layers.
    var models: [Int?] { [x.models.count, y.models.count] }
    var layers: [Int?] { [x.layerModel.count, y.layerModel.count] }

    /// Looks at the scores of all layer pairs of a metric, which are far too many to be read for that.
    func checkLayerScores(of id: String) throws(Complaint) {
        do throws(HDF5Error) {
            let group = try file.root().group("metrics").group(id)
            try reading.check("layer_scores", layers, in: group)
            if try group.kind(of: "chance_layer") != nil { try reading.check("chance_layer", layers, in: group) }
            guard try isPlaced(id) == true else { return }
            let statistics = try statistics(of: id)
            for name in Self.placementNames { try reading.check(name, layers, in: statistics) }
        } catch {
            throw Self.complaint(error, path)
        }
    }

    /// A parameter of a metric; nil where it has none. Throws where it is no number that one can have.
    static func number(_ name: String, _ group: borrowing HDF5Group) throws(HDF5Error) -> Int? {
        guard let value = try group.attribute(name) else { return nil }
        guard let number = value.integer, (1...largestNumber).contains(number) else {
            throw HDF5Error(
                code: .damaged, operation: "read attribute \(name) of \(group.reference.name)", path: "",
                reason: "it is \(value), where a number from 1 on belongs")
        }
        return Int(number)
    }

    private static func side(
        _ name: String, _ root: borrowing HDF5Group, _ reading: CheckedReading
    ) throws(HDF5Error) -> Side {
        let models = try reading.texts(name, in: root)
        guard !models.isEmpty else {
            throw try CheckedReading.error(.damaged, root.dataset(name), "there are no models in it")
        }
        let layerModel = try reading.integers(
            "\(name)_layer_model", [nil], of: 0...Int64(models.count - 1), in: root)
        return Side(
            models: models, layerModel: layerModel,
            layerIndex: try reading.integers(
                "\(name)_layer_index", [layerModel.count], of: -2...largestNumber, in: root),
            layerName: try reading.texts("\(name)_layer_name", count: layerModel.count, in: root))
    }

    /// How many of `sampleCount` samples the file says were queries.
    private static func queries(
        of sampleCount: Int, _ root: borrowing HDF5Group, _ reading: CheckedReading
    ) throws(HDF5Error) -> Int? {
        guard try root.kind(of: "queries") != nil else { return nil }
        let found = try reading.integers("queries", [nil], of: 0...Int64(max(0, sampleCount - 1)), in: root)
        guard zip(found, found.dropFirst()).allSatisfy(<) else {
            throw try CheckedReading.error(
                .damaged, root.dataset("queries"), "a sample is there twice, or out of order")
        }
        return found.count
    }

    /// The queries that a canonical specification asks for.
    private static func queries(asked specification: String) -> Int? {
        let key = "queries: "
        return specification.split(separator: "\n").first { $0.hasPrefix(key) }.flatMap { Int($0.dropFirst(key.count)) }
    }

    static func contradiction(_ path: String, _ what: String) -> Complaint {
        Complaint(
            .request, "the results file contradicts itself: \(what)", at: path,
            advice: "name what a sweep wrote to --output; run the sweep again if it is damaged")
    }

    static func complaint(_ error: HDF5Error, _ path: String) -> Complaint {
        Complaint(
            .request, "the results file cannot be read: \(error.reason) (\(error.operation))", at: path,
            advice: "name what a sweep wrote to --output; run the sweep again if it is damaged")
    }
}
