internal import PermutationStatistics
package import SweepModel

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
    /// Why cells are NaN that no failure explains: layers for which a metric is not defined.
    package var undefined: [String] = []
    /// Which layers' kernels are in float64, since float32 would not have been good enough: a line for each set of metrics.
    package var float64Layers: [String] = []
    /// Why cells are missing.
    package var failures: [String] = []

    package init() {}
}

/// Everything a sweep found, before it is written anywhere.
package struct FinishedSweep: Sendable {
    package let spec: SweepSpec
    package let table: ScoreTable
    /// What permutations say, for each metric of the plan; nil of those that are not calibrated.
    package let calibrations: [CalibratedScores?]
    /// One for each layer of the plan; nil where it was not computed.
    package let layers: [LayerSummary?]
    package let sampleIDs: [String]
    /// Where samples of one group are never each other's neighbours: the size of each group.
    package let groupSizes: [Int]?
    package let history: SweepHistory

    package var plan: SweepPlan { table.plan }
    /// The samples whose neighbours were found, ascending; nil where those of all were.
    package var queries: [Int]? { plan.queries.map { QuerySamples($0, sampleCount: plan.sampleCount).samples } }
    /// Whether every cell that is defined was computed.
    package var isComplete: Bool { history.failures.isEmpty }

    package init(
        spec: SweepSpec, table: ScoreTable, calibrations: [CalibratedScores?]? = nil, layers: [LayerSummary?],
        sampleIDs: [String], groupSizes: [Int]? = nil,
        history: SweepHistory
    ) {
        self.spec = spec
        self.table = table
        self.calibrations = calibrations ?? table.plan.metrics.map { _ in nil }
        self.layers = layers
        self.sampleIDs = sampleIDs
        self.groupSizes = groupSizes
        self.history = history
    }
}
