internal import Foundation
internal import SweepCost
internal import SweepModel

/// What was simulated of a sweep on a cluster, for a terminal.
struct ClusterListing {
    private let forecast: ClusterForecast

    init(_ forecast: ClusterForecast) { self.forecast = forecast }

    var text: String {
        let table = TextTable(
            header: ["workers", "hosts", "wall s", "node-hours", "computing", "coordinator", "network", "disks"],
            rows: forecast.runs.map(row), textColumns: 0)
        return ([PlanText.line("simulated", cluster), "", table.text(width: 100)] + remarks).joined(separator: "\n")
    }

    private var cluster: String {
        let shape = forecast.shape
        let artifacts =
            shape.sharesArtifacts
            ? "one artifact directory that all see" : "artifacts that go through the coordinator"
        return
            "\(shape.hosts.counted("host")) of \(shape.workersPerHost.counted("worker")); links of \(PlanText.bytes(shape.bandwidth))/s, \(PlanText.short(shape.latency)) away, disks of \(PlanText.bytes(shape.diskRate))/s; \(artifacts)"
    }

    private func row(_ run: ClusterRun) -> [String] {
        let traffic = run.traffic
        let network =
            traffic.toCoordinator + traffic.fromCoordinator + traffic.artifactsUp + traffic.artifactsDown
        return [
            run.workers.grouped, run.hosts.grouped, PlanText.seconds(run.makespan),
            String(format: run.nodeHours < 99.5 ? "%.3g" : "%.0f", run.nodeHours),
            PlanText.percent(run.spent.computing, of: run.spent.all),
            PlanText.percent(run.coordinator.busy, of: run.makespan), PlanText.bytes(Double(network)),
            PlanText.bytes(Double(traffic.diskRead + traffic.diskWritten)),
        ]
    }

    private var remarks: [String] {
        guard let all = forecast.runs.last else { return [] }
        let spent = all.spent
        let parts = [
            ("surveys", spent.surveys), ("layers", spent.layers), ("tiles", spent.tiles), ("disks", spent.disks),
            ("artifacts under way", spent.transfers), ("the coordinator and messages", spent.coordination),
            ("nothing to do", spent.idle),
        ].filter { $0.1 > 0 }.map { "\($0.0) \(PlanText.percent($0.1, of: spent.all))" }
        let last = max(all.tilesDone, all.layersDone, all.surveysDone)
        let ends =
            "surveys until \(PlanText.seconds(all.surveysDone)) s, layers until \(PlanText.seconds(all.layersDone)) s, tiles until \(PlanText.seconds(last)) s"
        let pays =
            forecast.payingWorkers.map {
                "More than \($0.counted("worker")) do not pay: twice as many would save less than a tenth of the time."
            } ?? "Still more workers would pay: the last doubling saves a tenth of the time or more."
        return [
            "Where the time of \(all.workers.counted("worker")) goes: \(parts.joined(separator: ", ")).",
            "After \(PlanText.seconds(all.before)) s of beginning: \(ends); then \(PlanText.seconds(all.after)) s of results.",
            pays,
            "Simulated, not measured: nothing fails, every worker is as fast as the one that was tried, and a message costs the coordinator \(PlanText.short(forecast.coordinator.message)).",
            "",
        ]
    }
}
