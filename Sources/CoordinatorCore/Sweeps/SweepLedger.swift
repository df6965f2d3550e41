package import SweepModel

/// What is known of a sweep so far: the findings of surveys and layers, what failed for good, and what it took.
package struct SweepLedger: Sendable {
    package private(set) var surveys: [ModelSurvey?]
    package private(set) var layers: [LayerSummary?]
    package private(set) var surveysDone = 0
    package private(set) var layersDone = 0
    /// Work items that were given up, with their cause.
    package private(set) var failures: [WorkItem: Complaint] = [:]
    package private(set) var failedTiles = 0
    /// Tiles whose scores were taken from earlier sweeps.
    package private(set) var tilesReused = 0
    package private(set) var retries = 0
    package private(set) var lostWorkers = 0
    /// Operations of large products, and the seconds of workers' time by stage.
    package private(set) var flops = 0.0
    package private(set) var surveySeconds = 0.0
    package private(set) var layerSeconds = 0.0
    package private(set) var tileSeconds = 0.0
    package private(set) var permutationSeconds = 0.0
    /// Hosts and OpenBLAS cores of all workers that took part.
    package private(set) var hosts: Set<String> = []
    package private(set) var blasCores: Set<String> = []

    init(plan: SweepPlan) {
        surveys = Array(repeating: nil, count: plan.models.count)
        layers = Array(repeating: nil, count: plan.layers.count)
    }

    /// Takes note of a participant; whether it is a new one.
    mutating func note(host: String, blasCore: String) -> Bool {
        let isNewHost = hosts.insert(host).inserted
        return blasCores.insert(blasCore).inserted || isNewHost
    }

    mutating func note(survey: ModelSurvey, of model: Int, seconds: Double) {
        if surveys[model] == nil { surveysDone += 1 }
        surveys[model] = survey
        surveySeconds += seconds
    }

    mutating func note(layer summary: LayerSummary, of layer: Int, seconds: Double, flops: Double) {
        if layers[layer] == nil { layersDone += 1 }
        layers[layer] = summary
        layerSeconds += seconds
        self.flops += flops
    }

    mutating func noteTiles(seconds: Double, flops: Double, areScores: Bool) {
        if areScores { tileSeconds += seconds } else { permutationSeconds += seconds }
        self.flops += flops
    }

    mutating func noteReuse() { tilesReused += 1 }
    mutating func noteRetry(_ count: Int = 1) { retries += count }
    mutating func noteLostWorker() { lostWorkers += 1 }

    mutating func noteFailure(of item: WorkItem, _ cause: Complaint) {
        if failures.updateValue(cause, forKey: item) == nil, case .tile = item { failedTiles += 1 }
    }

    /// A layer's artifacts are gone: it is as if it had not been prepared.
    mutating func forget(layer: Int) {
        if layers[layer] != nil { layersDone -= 1 }
        layers[layer] = nil
    }

    mutating func forgetFailures() {
        failures = [:]
        failedTiles = 0
    }
}
