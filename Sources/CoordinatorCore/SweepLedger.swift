package import SweepModel

/// What is known of a sweep so far: the findings of surveys and layers, what failed for good, and how much is done.
package struct SweepLedger: Sendable {
    package fileprivate(set) var surveys: [ModelSurvey?]
    package fileprivate(set) var layers: [LayerSummary?]
    /// Work items that were given up, with their cause.
    package fileprivate(set) var failures: [WorkItem: Complaint] = [:]
    package fileprivate(set) var tilesDone = 0
    package fileprivate(set) var retries = 0
    package fileprivate(set) var lostWorkers = 0
    /// Operations of large products, and the seconds of workers' time by stage.
    package fileprivate(set) var flops = 0.0
    package fileprivate(set) var seconds = StageSeconds()
    /// Hosts and OpenBLAS cores of all workers that ever took part.
    package fileprivate(set) var hosts: Set<String> = []
    package fileprivate(set) var blasCores: Set<String> = []

    /// Seconds of workers' compute time.
    package struct StageSeconds: Hashable, Sendable {
        package fileprivate(set) var surveys = 0.0
        package fileprivate(set) var layers = 0.0
        package fileprivate(set) var tiles = 0.0
    }

    init(plan: SweepPlan) {
        surveys = Array(repeating: nil, count: plan.models.count)
        layers = Array(repeating: nil, count: plan.layers.count)
    }

    package var surveysDone: Int { surveys.count { $0 != nil } }
    package var layersDone: Int { layers.count { $0 != nil } }

    mutating func note(worker host: String, blasCore: String) {
        hosts.insert(host)
        blasCores.insert(blasCore)
    }

    mutating func note(survey: ModelSurvey, of model: Int, seconds: Double) {
        surveys[model] = survey
        self.seconds.surveys += seconds
    }

    mutating func note(layer summary: LayerSummary, of layer: Int, seconds: Double, flops: Double) {
        layers[layer] = summary
        self.seconds.layers += seconds
        self.flops += flops
    }

    mutating func noteTile(seconds: Double, flops: Double) {
        tilesDone += 1
        self.seconds.tiles += seconds
        self.flops += flops
    }

    mutating func noteRetry() { retries += 1 }
    mutating func noteLostWorker() { lostWorkers += 1 }
    mutating func noteFailure(of item: WorkItem, _ cause: Complaint) { failures[item] = cause }
}
