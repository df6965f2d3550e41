internal import SweepCost

/// What was simulated of a sweep on a cluster, as programs read it (Schemas/plan.schema.json).
struct ClusterDocument: Encodable {
    struct Shape: Encodable {
        let hosts: Int
        let workersPerHost: Int
        let bandwidth: Double
        let latency: Double
        let diskBandwidth: Double
        let sharedArtifacts: Bool
    }

    struct Run: Encodable {
        let workers: Int
        let hosts: Int
        let seconds: Double
        let nodeHours: Double
        let stages: Stages
        let workerSeconds: WorkerSeconds
        let bytes: Bytes
        let coordinator: Coordinator
        let events: Int
    }

    struct Stages: Encodable {
        let before: Double
        let surveys: Double
        let layers: Double
        let tiles: Double
        let after: Double
    }

    struct WorkerSeconds: Encodable {
        let surveys: Double
        let layers: Double
        let tiles: Double
        let disks: Double
        let transfers: Double
        let coordination: Double
        let idle: Double
    }

    struct Bytes: Encodable {
        let toCoordinator: Int
        let fromCoordinator: Int
        let artifactsUp: Int
        let artifactsDown: Int
        let diskRead: Int
        let diskWritten: Int
    }

    struct Coordinator: Encodable {
        let messages: Int
        let busySeconds: Double
        let share: Double
        let longestWait: Double
    }

    let simulated = true
    let shape: Shape
    let coordinatorRates: CoordinatorRates
    let contention: Double
    let payingWorkers: Int?
    let curve: [Run]

    init(_ forecast: ClusterForecast) {
        let found = forecast.shape
        shape = Shape(
            hosts: found.hosts, workersPerHost: found.workersPerHost, bandwidth: found.bandwidth,
            latency: found.latency, diskBandwidth: found.diskRate, sharedArtifacts: found.sharesArtifacts)
        coordinatorRates = forecast.coordinator
        contention = forecast.contention
        payingWorkers = forecast.payingWorkers
        curve = forecast.runs.map(Run.init)
    }
}

extension ClusterDocument.Run {
    fileprivate init(_ run: ClusterRun) {
        let (spent, traffic, load) = (run.spent, run.traffic, run.coordinator)
        self.init(
            workers: run.workers, hosts: run.hosts, seconds: run.makespan, nodeHours: run.nodeHours,
            stages: .init(
                before: run.before, surveys: run.surveysDone, layers: run.layersDone, tiles: run.tilesDone,
                after: run.after),
            workerSeconds: .init(
                surveys: spent.surveys, layers: spent.layers, tiles: spent.tiles, disks: spent.disks,
                transfers: spent.transfers, coordination: spent.coordination, idle: spent.idle),
            bytes: .init(
                toCoordinator: traffic.toCoordinator, fromCoordinator: traffic.fromCoordinator,
                artifactsUp: traffic.artifactsUp, artifactsDown: traffic.artifactsDown, diskRead: traffic.diskRead,
                diskWritten: traffic.diskWritten),
            coordinator: .init(
                messages: load.messages, busySeconds: load.busy,
                share: run.makespan > 0 ? load.busy / run.makespan : 0, longestWait: load.longestWait),
            events: run.events)
    }
}
