package import SweepModel

/// What the results say of one layer.
package struct LayerFindings: Hashable, Sendable {
    /// The share of tied rows, one for each k of the sweep in ascending order; empty without neighbour metrics.
    package let tiedShares: [Double]
    /// The share of clipped values; NaN where the layer was not computed.
    package let clippedShare: Double
    package let isConstant: Bool
    /// tr K_c/‖K_c‖, NaN where not computed.
    package let chanceFactor: Double

    package init(tiedShares: [Double], clippedShare: Double, isConstant: Bool, chanceFactor: Double) {
        self.tiedShares = tiedShares
        self.clippedShare = clippedShare
        self.isConstant = isConstant
        self.chanceFactor = chanceFactor
    }
}

/// How a sweep came about.
package struct SweepHistory: Hashable, Sendable {
    package var hosts: [String] = []
    package var blasCores: [String] = []
    package var tiles = 0
    package var retries = 0
    package var lostWorkers = 0
    /// Wall-clock seconds of the whole sweep, and workers' compute seconds by stage.
    package var wallSeconds = 0.0
    package var surveySeconds = 0.0
    package var layerSeconds = 0.0
    package var tileSeconds = 0.0
    /// Operations of large products.
    package var flops = 0.0
    /// What a reader of the results should know: all-zero rows, tied or constant layers, reordered stores.
    package var warnings: [String] = []
    /// One for each model of the plan: a digest of its values.
    package var storeDigests: [String] = []
    /// Why cells are missing.
    package var failures: [String] = []

    package init() {}
}

/// Everything a sweep found, before it is written anywhere.
package struct FinishedSweep: Sendable {
    package let spec: SweepSpec
    package let table: ScoreTable
    /// One for each layer of the plan.
    package let layers: [LayerFindings]
    package let sampleIDs: [String]
    package let history: SweepHistory

    package var plan: SweepPlan { table.plan }
    /// Whether every cell that is defined was computed.
    package var isComplete: Bool { history.failures.isEmpty }

    package init(
        spec: SweepSpec, table: ScoreTable, layers: [LayerFindings], sampleIDs: [String], history: SweepHistory
    ) {
        self.spec = spec
        self.table = table
        self.layers = layers
        self.sampleIDs = sampleIDs
        self.history = history
    }
}
