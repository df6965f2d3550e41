package import FeatureStore
internal import Foundation
internal import SweepAnalysis
package import SweepModel

/// Writes the results of a sweep that did not take place, with invented scores: what the end of a real one takes.
package struct ResultsTrial {
    private let spec: SweepSpec
    private let stores: [ExactText: StoreMetadata]

    /// - Parameter stores: of all models.
    package init(_ spec: SweepSpec, stores: [StoreMetadata]) {
        // Trials are of plans without queries.
        var spec = spec
        spec.queries = nil
        self.spec = spec
        self.stores = Dictionary(stores.map { (ExactText($0.path), $0) }) { first, _ in first }
    }

    /// Seconds of processor time to write the results of `plan`, some of the models of the stores, into `folder`.
    package func seconds(_ plan: SweepPlan, folder: String) throws -> Double {
        let sweep = invented(plan)
        let writer = ResultsWriter(
            sweep, stores: plan.models.compactMap { stores[ExactText($0.path)] }, software: "a trial", created: Date())
        let start = Self.processorSeconds
        try writer.write(to: ResultsFile(path: "\(folder)/results.h5"))
        return Self.processorSeconds - start
    }

    /// Scores and summaries that differ from cell to cell.
    private func invented(_ plan: SweepPlan) -> FinishedSweep {
        var table = ScoreTable(plan: plan)
        let grid = plan.grid
        for row in 0..<grid.blockRows {
            for column in grid.tileColumns(ofRow: row) {
                let count = plan.tileValueCount(row: row, column: column)
                let values = (0..<count).map {
                    Double(($0 &* 7919 &+ row &* 104_729 &+ column &* 1_299_709) % 10_007) / 10_007
                }
                _ = table.put(TileScores(row: row, column: column, values: values))
            }
        }
        let ks = plan.neighbourCounts
        let layers: [LayerSummary?] = plan.layers.indices.map { layer in
            let share = Double(layer % 17) / 17
            return LayerSummary(
                diagnostics: .init(clippedShare: 0.05, isConstant: false, effectiveRank: 1 + share, meanCosine: share),
                neighbourhood: ks.isEmpty
                    ? nil
                    : .init(tiedShares: ks.map { _ in 0 }, cycleChances: ks.map { _ in share }, largestInDegree: 10),
                chanceFactors: Dictionary(uniqueKeysWithValues: plan.artifactKinds.map { ($0, 1 + share) }),
                artifacts: [:])
        }
        let ids = (0..<plan.sampleCount).map { "sample \($0)" }
        return FinishedSweep(spec: spec, table: table, layers: layers, sampleIDs: ids, history: SweepHistory())
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
