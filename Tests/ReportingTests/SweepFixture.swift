import FeatureStore
import Foundation
import HDF5
import SweepAnalysis
import SweepModel
import SweepTestSupport

@testable import Reporting

/// A finished sweep of invented scores over real stores, and the folder they are in.
struct SweepFixture {
    let folder: TemporaryFolder
    var stores: [StoreMetadata]
    var sweep: FinishedSweep

    static let metrics = [
        Metric(kind: .mutualKNN, k: 3), Metric(kind: .mutualKNN, k: 5), Metric(kind: .cka), Metric(kind: .unbiasedCKA),
    ]

    /// - Parameters:
    ///   - layerCounts: one for each model; the last layer of each is left out of the sweep.
    ///   - x, y: positions of models; y nil for a symmetric sweep.
    ///   - nullNumbers: what every layer brings to the moments of its scores, by metric id.
    ///   - permutations: how many say of the scores of the first metric what is invented too; nil for none.
    ///   - subsamples: on how many the scores of the first metric were found again, with invented scores; nil for none.
    ///   - change: what is special about the store of a model.
    init(
        layerCounts: [Int] = [2, 3, 4], x: [Int] = [0, 1, 2], y: [Int]? = nil, seed: UInt64 = 1,
        failures: [String] = [], metrics: [Metric] = metrics, curves: [MetricCurve] = [], variant: Variant = .exact,
        nullNumbers: [String: String] = [:], permutations: Int? = nil, subsamples: Int? = nil,
        change: (Int, inout StoreFixture) -> Void = { _, _ in }
    ) throws {
        folder = try TemporaryFolder()
        stores = []
        for (model, count) in layerCounts.enumerated() {
            var store = StoreFixture(
                model: "model \(model)", samples: 8, widths: Array(repeating: 2, count: count), seed: UInt64(model))
            change(model, &store)
            let path = folder.file("\(model).h5")
            try store.write(path)
            stores.append(try StoreReader(path: path).metadata)
        }
        let plan = SweepPlan(
            sampleCount: 8,
            models: stores.map { store in
                (
                    store.model, store.path, store.valueBytes,
                    store.layers.dropLast().map { ($0.index, $0.name, $0.width) }
                )
            },
            xModels: x, yModels: y, metrics: metrics, curves: curves, variant: variant,
            permutations: permutations.map { PermutationPlan(count: $0, metrics: [0], seed: 0) },
            subsamples: subsamples.map { [SubsamplePlan(.halves, count: $0, metrics: [0], seed: 0, reach: 7)] } ?? [])
        var generator = SeededGenerator(seed: seed)
        let layers: [LayerSummary?] = plan.layers.indices.map { _ in
            let tied: [Double] = [0, Int.random(in: 0..<4, using: &generator) == 0 ? 0.5 : 0]
            let factor = Double.random(in: 1..<3, using: &generator)
            return LayerSummary(
                diagnostics: .init(
                    clippedShare: 0.05, isConstant: false, effectiveRank: 2 * factor, meanCosine: factor / 8),
                neighbourhood: .init(tiedShares: tied, cycleChances: [0.25, 0.5], largestInDegree: 4),
                chanceFactors: [.gram: factor, .rbf(bandwidth: 0.5): factor], artifacts: [:], nullNumbers: nullNumbers)
        }
        var spec = SweepSpec()
        spec.name = "fixture"
        spec.x = [folder.path]
        spec.metrics = [.mutualKNN, .cka, .unbiasedCKA]
        spec.k = [3, 5]
        var history = SweepHistory()
        history.hosts = ["host"]
        history.tiles = 1
        history.warnings = ["a warning"]
        history.storeDigests = stores.map { _ in "digest" }
        history.failures = failures
        sweep = FinishedSweep(
            spec: spec, table: Self.table(plan, &generator), calibrations: try Self.calibrations(plan), layers: layers,
            sampleIDs: stores[0].sampleIDs,
            history: history)
    }

    /// Those of invented scores under permutations; nil where there are none.
    private static func calibrations(_ plan: SweepPlan) throws -> [CalibratedScores?]? {
        guard var table = NullTable(plan: plan) else { return nil }
        var generator = SeededGenerator(seed: 9)
        for row in plan.grid.blockRows..<plan.grid.tileRows {
            for column in plan.grid.tileColumns(ofRow: row) {
                guard let layout = NullTileLayout(plan, row: row, column: column) else { continue }
                var values: [Double] = []
                for _ in layout.blocks {
                    for permutation in layout.permutations {
                        for plane in NullTileLayout.Plane.allCases {
                            // What is observed comes first, and lies higher than most.
                            let least = permutation == 0 ? 0.45 : 0
                            values += (0..<layout.planeSize).map { _ in
                                plane == .matchedDepthCount ? 1 : Double.random(in: least..<0.5, using: &generator)
                            }
                        }
                    }
                }
                precondition(table.put(TileScores(row: row, column: column, values: values)))
            }
        }
        return plan.metrics.indices.map {
            CalibratedScores(metric: $0, table, networks: plan.models.map { _ in nil })
        }
    }

    /// Scores of both signs, with ties and missing cells.
    private static func table(_ plan: SweepPlan, _ generator: inout SeededGenerator) -> ScoreTable {
        var table = ScoreTable(plan: plan)
        let (rows, columns) = (plan.xLayers.count, plan.yLayers.count)
        var values: [Double] = []
        for _ in plan.metrics {
            var matrix = [Double](repeating: 0, count: rows * columns)
            for r in 0..<rows {
                for c in (plan.isSymmetric ? r : 0)..<columns {
                    let isMissing = Int.random(in: 0..<5, using: &generator) == 0
                    let score = isMissing ? .nan : Double(Int.random(in: -9...3, using: &generator)) / 7
                    matrix[r * columns + c] = score
                    if plan.isSymmetric { matrix[c * columns + r] = score }
                }
            }
            values += matrix
        }
        let layout = TileLayout(plan, row: 0, column: 0)
        let missing = layout.matrixValueCount - values.count + layout.curveValueCount
        values += (0..<missing).map { _ in Double.random(in: -1...1, using: &generator) }
        values += (0..<layout.subsampleValueCount).map { _ in Double.random(in: 0..<0.1, using: &generator) }
        precondition(table.put(TileScores(row: 0, column: 0, values: values)))
        return table
    }

    /// Writes the results and returns their path.
    @discardableResult
    func write(_ name: String = "results.hdf") throws -> String {
        let path = folder.file(name)
        try ResultsWriter(sweep, stores: stores, software: "platonic test", created: Date(timeIntervalSince1970: 0))
            .write(to: try ResultsFile(path: path))
        return path
    }
}

/// Equal, or both not a number.
func same(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
