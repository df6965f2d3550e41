import HDF5
import SweepAnalysis
import SweepModel
import SweepTestSupport

@testable import Reporting

/// A sweep over stores with scores, modalities, networks and attributes, and the analysis that its file should hold.
struct AnalysedFixture {
    let fixture: SweepFixture
    let path: String
    let scores: SweepScores
    let analysed: AnalysedSweep

    static let curves = [MetricCurve(kind: .mutualKNN, ks: [1, 2, 6]), MetricCurve(kind: .cknna, ks: [1, 2, 6])]

    init(
        models: Int = 12, x: [Int]? = nil, y: [Int]? = nil, metrics: [Metric] = SweepFixture.metrics,
        hasScores: Bool = true, name: @escaping (Int) -> String = { "model \($0)" }
    ) throws {
        fixture = try SweepFixture(
            layerCounts: (0..<models).map { 2 + $0 % 3 }, x: x ?? Array(0..<models), y: y, metrics: metrics,
            curves: Self.curves
        ) { model, store in
            store.model = name(model)
            store.modality = model % 4 == 3 ? "language" : "vision"
            store.textAttributes = [
                "family": ["ViT", "ResNet"][model % 2], "network": model < 2 ? "twin" : "net \(model)",
                "captions": ["short", "long"][model % 3 == 0 ? 0 : 1],
            ]
            store.integerAttributes = ["parameters": Int64(1000 + 7 * model % 5)]
            guard hasScores else { return }
            store.scores = ["vtab/dtd": Double(model * model % 11), "vtab:pets": Double(model)]
            // Not every model has every score.
            if model != 1 { store.scores["bits_per_byte"] = 1 / Double(model + 2) }
            store.lowerIsBetter = ["bits_per_byte"]
        }
        path = try fixture.write()
        scores = try ResultsReader(path: path).sweepScores()
        analysed = AnalysedSweep(scores, facetAttributes: FacetedAlignment.attributes(of: scores))
    }

    /// The numbers of a dataset, whatever its shape.
    func numbers(_ name: String) throws -> [Double] { try Self.numbers(path, name) }

    static func numbers(_ path: String, _ name: String) throws -> [Double] {
        let dataset = try HDF5File.open(path).root().dataset(name)
        return try dataset.readDoubles(rank: dataset.shape.count)
    }

    func texts(_ name: String) throws -> [String] {
        let dataset = try HDF5File.open(path).root().dataset(name)
        return try dataset.readStrings(rank: dataset.shape.count)
    }

    func attribute(_ name: String, of group: String) throws -> AttributeValue? {
        try HDF5File.open(path).root().group(group).attribute(name)
    }

    func exists(_ name: String) throws -> Bool { try HDF5File.open(path).root().kind(of: name) != nil }
}
