internal import CoordinatorCore
internal import Foundation
internal import SweepModel
internal import SweepProtocol

/// What goes on around the coordinator of one local sweep: its worker processes, Ctrl-C, and whoever watches.
final class LocalSweepHost: CoordinatorHost {
    private let id: SweepID
    private let pool: WorkerProcessPool
    private let observer: any SweepObserver
    private let clock = ContinuousClock()
    private var nextProgress: ContinuousClock.Instant
    private var isOver = false

    private static let progressInterval = Duration.milliseconds(100)

    init(_ id: SweepID, pool: WorkerProcessPool, observer: any SweepObserver) {
        self.id = id
        self.pool = pool
        self.observer = observer
        nextProgress = clock.now
    }

    func note(_ incident: Incident) {
        if incident.kind == "worker-joined" { pool.noteJoined() }
        guard incident.kind != "sweep-submitted", incident.kind != "sweep-ended" else { return }
        let times = incident.count > 1 ? " (\(incident.count.counted("time")) more)" : ""
        observer.note(incident.text + times, isWarning: incident.isWarning)
    }

    func take(signal: Int32, _ loop: CoordinatorLoop) throws {
        switch signal {
        case SIGCHLD:
            for (process, ending) in try pool.reap() { try loop.handle(.processEnded(Int64(process), ending)) }
        default: if SignalInbox.isEnd(signal) { try finish(loop) }
        }
    }

    func ended(_ sweep: SweepID, _ ending: SweepEnding, _ loop: CoordinatorLoop) throws {
        if sweep == id { try finish(loop) }
    }

    private func finish(_ loop: CoordinatorLoop) throws {
        guard !isOver else { return }
        isOver = true
        try loop.handle(.interrupt)
        loop.stop()
    }

    func turned(_ loop: CoordinatorLoop) throws {
        if !isOver { try pool.fill() }
        guard clock.now >= nextProgress else { return }
        nextProgress = clock.now + Self.progressInterval
        guard let status = loop.coordinator.status(of: id, now: loop.now), !status.state.isOver else { return }
        observer.progress(
            SweepProgress(status, workers: loop.coordinator.workerCount, elapsed: loop.now.inSeconds))
    }
}
