internal import SweepModel
package import SweepProtocol

/// Sweeps of a coordinator as `platonic status` prints them.
package enum SweepListing {
    /// One row for each sweep.
    package static func text(_ sweeps: [SweepStatus], width: Int) -> String {
        TextTable(
            header: ["id", "name", "owner", "state", "progress", "tiles", "workers", "ETA"],
            rows: sweeps.map { sweep in
                [
                    "\(sweep.id)", TerminalText.safe(sweep.name), TerminalText.safe(sweep.owner), sweep.state.rawValue,
                    "\(percent(sweep)) %", "\(sweep.tilesScored)/\(sweep.tiles)", "\(sweep.workers)", eta(sweep),
                ]
            }, textColumns: 4
        ).text(width: width)
    }

    /// Everything about one sweep, with the work items that were given up and why.
    package static func details(_ sweep: SweepStatus) -> String {
        var lines = ["sweep \(sweep.id): \(TerminalText.safe(sweep.name))"]
        func add(_ label: String, _ text: String) {
            lines.append("  \(label)\(String(repeating: " ", count: max(1, 11 - label.count)))\(text)")
        }
        add("state", "\(sweep.state.rawValue), \(percent(sweep)) %")
        if let reason = sweep.reason { add("reason", TerminalText.safe(reason)) }
        add("owner", "\(TerminalText.safe(sweep.owner)), priority \(sweep.priority)")
        add("submitted", TimeText.moment(secondsSince1970: sweep.submitted))
        add("models", "\(sweep.modelsSurveyed) of \(sweep.models) surveyed")
        add("layers", "\(sweep.layersPrepared) of \(sweep.layers) prepared")
        add("tiles", "\(sweep.tilesScored) of \(sweep.tiles) scored")
        if !sweep.state.isOver { add("workers", "\(sweep.workers), ETA \(eta(sweep))") }
        if sweep.retries > 0 { add("retries", "\(sweep.retries)") }
        if sweep.failureCount > 0 {
            let hint = sweep.state.isOver ? "; 'platonic retry \(sweep.id)' tries them again" : ""
            add("given up", items(sweep.failureCount) + hint)
            lines += causes(sweep.failures)
            let more = sweep.failureCount - sweep.failures.count
            if more > 0 { lines.append("    … and \(more) more") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Each cause once, with what fell victim to it.
    private static func causes(_ failures: [FailedItem]) -> [String] {
        var order: [Complaint] = []
        var victims: [Complaint: [FailedItem]] = [:]
        for failure in failures {
            if victims[failure.cause] == nil { order.append(failure.cause) }
            victims[failure.cause, default: []].append(failure)
        }
        return order.flatMap { cause in
            let items = (victims[cause] ?? []).map { WorkItemSyntax.text($0.item) + " (\(TerminalText.safe($0.name)))" }
            return ["    \(TerminalText.safe("\(cause)"))", "      \(items.joined(separator: ", "))"]
        }
    }

    /// How a sweep ended, or that it did not, in a sentence.
    package static func ending(_ sweep: SweepStatus) -> String {
        let name = "sweep \(sweep.id) (\(TerminalText.safe(sweep.name)))"
        let reason = sweep.reason.map { ": \(TerminalText.safe($0))" } ?? ""
        switch sweep.state {
        case .queued, .running:
            return "\(name) is not over: \(sweep.tilesScored) of \(sweep.tiles.counted("tile")) scored"
        case .complete: return "\(name) is complete"
        case .partial: return "\(name) is partial: \(items(sweep.failureCount)) given up"
        case .failed: return "\(name) failed\(reason)"
        case .cancelled: return "\(name) was cancelled\(reason)"
        }
    }

    /// For programs: a list of sweeps.
    package static func json(_ sweeps: [SweepStatus]) throws -> String {
        try SafeJSON.document(sweeps.map(Document.init))
    }

    /// For programs: one sweep.
    package static func json(_ sweep: SweepStatus) throws -> String { try SafeJSON.document(Document(sweep)) }

    /// Rounded down, so that only what is done is 100 %.
    private static func percent(_ sweep: SweepStatus) -> Int {
        sweep.progress.isFinite ? Int(100 * min(max(sweep.progress, 0), 1)) : 0
    }

    private static func items(_ count: Int) -> String { count.counted("work item") }

    private static func eta(_ sweep: SweepStatus) -> String {
        if sweep.state.isOver { return "-" }
        return sweep.remainingSeconds.map(TimeText.duration) ?? "unknown"
    }

    private struct Document: Encodable {
        struct Failure: Encodable {
            let item: String
            let name: String
            let code: Complaint.Code
            let what: String
            let place: String
            let advice: String
        }

        let id: UInt32
        let name: String
        let owner: String
        let priority: Int32
        let state: String
        let reason: String?
        let submitted: String
        let percent: Int
        let progress: Double?
        let modelsSurveyed: Int
        let models: Int
        let layersPrepared: Int
        let layers: Int
        let tilesScored: Int
        let tiles: Int
        let workers: Int
        let remainingSeconds: Double?
        let flops: Double?
        let retries: Int
        let failureCount: Int
        let failures: [Failure]

        init(_ sweep: SweepStatus) {
            id = sweep.id.number
            name = sweep.name
            owner = sweep.owner
            priority = sweep.priority
            state = sweep.state.rawValue
            reason = sweep.reason
            submitted = TimeText.moment(secondsSince1970: sweep.submitted)
            percent = SweepListing.percent(sweep)
            progress = sweep.progress.finite
            modelsSurveyed = sweep.modelsSurveyed
            models = sweep.models
            layersPrepared = sweep.layersPrepared
            layers = sweep.layers
            tilesScored = sweep.tilesScored
            tiles = sweep.tiles
            workers = sweep.workers
            remainingSeconds = sweep.remainingSeconds?.finite
            flops = sweep.flops.finite
            retries = sweep.retries
            failureCount = sweep.failureCount
            failures = sweep.failures.map {
                Failure(
                    item: WorkItemSyntax.text($0.item), name: $0.name, code: $0.cause.code, what: $0.cause.what,
                    place: $0.cause.place, advice: $0.cause.advice)
            }
        }
    }
}
