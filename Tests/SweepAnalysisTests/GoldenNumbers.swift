import Foundation

@testable import SweepAnalysis

/// What scripts/make_statistics_golden.py computed with NumPy and SciPy; nil stands for NaN.
enum GoldenNumbers {
    static let statistics: StatisticsGolden? = load("statistics")
    static let sections: SectionsGolden? = load("sections")

    private static func load<Content: Decodable>(_ name: String) -> Content? {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("\(name).json")) else { return nil }
        return try? JSONDecoder().decode(Content.self, from: data)
    }
}

struct StatisticsGolden: Decodable, Sendable {
    struct Sample: Decodable, Sendable {
        let values: [Double?]
        let n: Int
        let mean, sd, se: Double
    }
    struct Band: Decodable, Sendable {
        let x, y: [Double?]
        let families: [String?]
        let seed: UInt64
        let lineCount: Int
        let grid, lower, upper: [Double]
    }
    struct Tree: Decodable, Sendable {
        let n: Int
        let seed: UInt64
        let heights: [Double]
        let sizes: [Int]
        /// The least sum of adjacent distances, and that of SciPy's leaf order.
        let cost, boundOfSciPy: Double
    }
    let samples: [Sample]
    let relations: [GoldenRelation]
    let bands: [Band]
    let trees: [Tree]
}

struct GoldenRelation: Decodable, Sendable {
    let x, y: [Double?]
    let n: Int
    let pearson, spearman, slope, intercept, rSquared: Double
}

struct GoldenMean: Decodable, Sendable {
    let metric: String
    let score: String?
    let value: String?
    let members: [Int]?
    let mean: Double
    let pairs: Int
    let se: Double?
    /// Nil where one side has two networks.
    let jackknife, lower, upper: Double?
}

struct SectionsGolden: Decodable, Sendable {
    struct Alignment: Decodable, Sendable {
        let metric, score: String
        let reference: Int
        let n: Int
        let pearson, spearman, slope, intercept, rSquared: Double
    }
    struct Tree: Decodable, Sendable {
        let metric: String
        let heights: [Double]
        let cost: Double
    }
    struct Expected: Decodable, Sendable {
        let alignments: [Alignment]
        let facets: [GoldenMean]
        let bins: [GoldenMean]
        let trees: [Tree]
        let shares: [Double]
        let correlation: GoldenRelation
        let trend: [[Double]]
        let curveMeans: [Double]
        /// Lower and upper end at the second k.
        let curveInterval: [Double]
        let smallest: Int
    }
    let vision: Int
    let mutual, cknna, curve: [Double?]
    let tasks: [[Double?]]
    let imagenet, bits_per_byte: [Double?]
    let networks, captions: [String]
    let parameters: [Int]
    let expected: Expected

    /// The sweep that the numbers are of.
    var sweep: SweepScores {
        let n = networks.count
        let models = (0..<n).map { position in
            ScoredModel(
                name: "m\(position)",
                attributes: [
                    "modality": .text(position < vision ? "vision" : "language"), "network": .text(networks[position]),
                    "captions": .text(captions[position]), "parameters": .integer(parameters[position]),
                    "family": .text("f\(position % 4)"),
                ])
        }
        let layers = (0..<n).flatMap { model in
            (0..<5).map { ScoredLayer(model: model, index: $0, name: "layer \($0)") }
        }
        var scores = ["imagenet": plain(imagenet), "bits_per_byte": plain(bits_per_byte)]
        for (position, task) in tasks.enumerated() { scores["vtab:\(position)"] = plain(task) }
        let side = ScoredSide(models: models, layers: layers, scores: scores, lowerIsBetter: ["bits_per_byte"])
        return SweepScores(
            name: "golden", sampleCount: 100, isSymmetric: true, x: side, y: side,
            metrics: [
                metric("mutual_knn", isSymmetric: true, plain(mutual)),
                metric("cknna", isSymmetric: false, plain(cknna)),
            ],
            curves: [ScoredCurve(metric: "mutual_knn", isSymmetric: true, ks: [5, 10, 20], scores: plain(curve))])
    }

    private func metric(_ kind: String, isSymmetric: Bool, _ scores: [Double]) -> ScoredMetric {
        ScoredMetric(
            id: "\(kind)_k10", kind: kind, k: 10, isSymmetric: isSymmetric, scores: scores,
            bestXLayers: scores.indices.map { scores[$0].isNaN ? -1 : $0 % 5 },
            bestYLayers: scores.indices.map { scores[$0].isNaN ? -1 : $0 % 3 })
    }
}

/// NaN for nil.
func plain(_ values: [Double?]) -> [Double] { values.map { $0 ?? .nan } }

/// Equal but for rounding, relative to the greater of 1 and what is expected.
func close(_ value: Double?, _ expected: Double?, _ tolerance: Double = 1e-10) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= tolerance * max(1, abs(expected))
}

func close(_ values: [Double], _ expected: [Double], _ tolerance: Double = 1e-10) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { close($0, $1, tolerance) }
}
