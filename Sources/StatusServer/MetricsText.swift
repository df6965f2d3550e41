internal import SweepProtocol

/// A coordinator in the text format of Prometheus, version 0.0.4; Schemas/http.md documents every name.
enum MetricsText {
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    /// Kinds of incidents that are told of before the first of them, so that its rate is seen.
    static let incidentKinds = [
        "attempt-failed", "bad-key-file", "blocked", "duplicate-differs", "peer-dropped", "quarantined",
        "sweep-ended", "sweep-forgotten", "sweep-retried", "sweep-submitted", "unreadable", "worker-draining",
        "worker-hung",
        "worker-joined", "worker-leaving", "worker-left", "worker-lost", "worker-recovered", "worker-refused",
        "worker-set-aside", "worker-unfit",
    ]

    private enum Kind: String {
        case gauge
        case counter
    }

    static func text(_ overview: ClusterOverview, _ process: ProcessFacts, version: String) -> String {
        let (backlog, totals) = (overview.backlog, overview.totals)
        let sweeps = Dictionary(grouping: overview.sweeps, by: \.state)
        var text = ""
        func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: String, value: String)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
            for sample in samples { text += "\(name)\(sample.labels) \(sample.value)\n" }
        }
        func add(_ name: String, _ kind: Kind, _ help: String, _ value: some CustomStringConvertible) {
            add(name, kind, help, [("", "\(value)")])
        }
        add("platonic_build_info", .gauge, "The version of the program.", [("{version=\"\(version)\"}", "1")])
        add("platonic_backlog_tiles", .gauge, "Tiles that are neither scored nor given up.", backlog.tiles)
        add(
            "platonic_backlog_items", .gauge, "Work items of all stages that are neither done nor given up.",
            backlog.items)
        add(
            "platonic_backlog_seconds", .gauge,
            "Predicted seconds of one average worker for the backlog; NaN while unknown.",
            [("", backlog.seconds.map { "\($0)" } ?? "NaN")])
        add(
            "platonic_workers", .gauge, "Registered workers by state.",
            WorkerStatus.State.allCases.map { ("{state=\"\($0.rawValue)\"}", "\(overview.workers[$0] ?? 0)") })
        add(
            "platonic_sweeps", .gauge, "Sweeps by state.",
            SweepStatus.State.allCases.map { ("{state=\"\($0.rawValue)\"}", "\(sweeps[$0]?.count ?? 0)") })
        add("platonic_tiles_scored_total", .counter, "Tiles whose scores were committed.", totals.tilesScored)
        add("platonic_layers_prepared_total", .counter, "Layers whose artifacts were committed.", totals.layersPrepared)
        add("platonic_models_surveyed_total", .counter, "Models whose stores were checked.", totals.modelsSurveyed)
        add("platonic_flops_total", .counter, "Operations of large products.", totals.flops)
        add("platonic_retries_total", .counter, "Work items that were handed out again.", totals.retries)
        add(
            "platonic_workers_lost_total", .counter, "Workers that were lost without a goodbye.",
            totals.incidents["worker-lost"] ?? 0)
        add("platonic_items_given_up_total", .counter, "Work items that were given up.", totals.givenUp)
        let kinds = Set(incidentKinds).union(totals.incidents.keys).sorted()
        add(
            "platonic_incidents_total", .counter, "Incidents by kind.",
            kinds.map { ("{kind=\"\($0)\"}", "\(totals.incidents[$0] ?? 0)") })
        add(
            "platonic_journal_backlog_bytes", .gauge, "Bytes of facts that are not on disk yet.",
            overview.journalBacklogBytes)
        add("process_resident_memory_bytes", .gauge, "Resident memory.", process.residentBytes)
        add("process_cpu_seconds_total", .counter, "User and system time.", process.cpuSeconds)
        add("process_open_fds", .gauge, "Open file descriptors.", process.openDescriptors)
        add("process_max_fds", .gauge, "The most file descriptors that may be open.", process.maxDescriptors)
        add("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.", process.startTime)
        return text
    }
}
