package import SweepModel
package import SweepProtocol

/// What is asked again and again by those who watch.
extension Coordinator {
    /// How many workers are in each state.
    package var workerStates: [WorkerStatus.State: Int] {
        var counts: [WorkerStatus.State: Int] = [:]
        for case let worker? in workers { counts[Self.state(of: worker), default: 0] += 1 }
        return counts
    }

    /// Work items that were handed out again since the start.
    package var retryCount: Int { sweeps.values.reduce(forgottenRetries) { $0 + $1.ledger.retries } }

    /// What workers are told of a sweep; nil where there is none of this id.
    package func context(of id: SweepID) -> SweepContext? { sweeps[id]?.context }

    /// What is known of a sweep's layers, in the order of its plan.
    package func layerSummaries(of id: SweepID) -> [LayerSummary?] { sweeps[id]?.ledger.layers ?? [] }

    /// Every sweep.
    package func statuses(now: Duration) -> [SweepStatus] {
        sweeps.keys.sorted().compactMap { sweeps[$0].map { status(of: $0, now) } }
    }

    /// Every worker that is registered.
    package func workerStatuses(now: Duration) -> [WorkerStatus] {
        workers.compactMap { $0.map { status(of: $0, now) } }
    }

    /// Why a sweep, or everything, is not running; nil where there is no such sweep.
    package func explanation(of id: SweepID?, now: Duration) -> Explanation? {
        if let id, sweeps[id] == nil { return nil }
        return explain(id, nil, now)
    }
}
