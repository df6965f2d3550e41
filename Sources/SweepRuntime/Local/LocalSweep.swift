internal import ArtifactStore
internal import CoordinatorCore
internal import Foundation
package import SweepAnalysis
internal import SweepJournal
package import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// A whole sweep on this machine: a coordinator on `ipc://` in this process, and worker processes of the same program.
///
/// What is found is durable in the state directory beside the results, so that the same command goes on where an earlier one was
/// interrupted or killed.
package struct LocalSweep {
    /// How it is run; none of it changes a score.
    package struct Resources: Sendable {
        package var workers: Int
        /// Bytes for all workers together.
        package var memoryBytes: Int
        package var artifactDirectory: String
        /// The artifact directory is cut back to this many bytes when a sweep starts alone.
        package var artifactLimit: Int
        /// Whether what an interrupted sweep found is thrown away.
        package var restart: Bool

        package init(
            workers: Int, memoryBytes: Int, artifactDirectory: String, artifactLimit: Int, restart: Bool = false
        ) {
            self.workers = workers
            self.memoryBytes = memoryBytes
            self.artifactDirectory = artifactDirectory
            self.artifactLimit = artifactLimit
            self.restart = restart
        }
    }

    /// How it ended.
    package enum Ending: Sendable {
        case finished(FinishedSweep)
        /// What is wrong, of several stores one after the other.
        case refused([Complaint])
        case interrupted
    }

    private let prepared: PreparedSweep
    private let resources: Resources
    private let state: LocalState

    /// Throws where the state cannot be kept, since something else has its name.
    /// - Parameter output: the results file, beside which the state is kept.
    package init(_ prepared: PreparedSweep, resources: Resources, output: String) throws(Complaint) {
        self.prepared = prepared
        self.resources = resources
        state = try LocalState(output: output)
    }

    /// Where the state beside the results at `output` is.
    package static func statePath(output: String) -> String { LocalState.path(output: output) }

    /// Throws away what was found, once the results are written; whether nothing but that was in its directory.
    package func removeState() throws(Complaint) -> Bool { try state.remove() }

    /// Runs the sweep on the calling thread, which owns the socket.
    /// - Parameter watch: whoever looks on from other threads.
    package func run(
        signals: SignalInbox, observer: any SweepObserver, watch: CoordinatorWatch? = nil
    ) throws -> Ending {
        let (ending, isWorthKeeping) = try runOnce(signals: signals, observer: observer, watch: watch)
        // Nobody goes on from there: what was found of stores and layers is among the artifacts.
        if case .refused = ending, !isWorthKeeping { _ = try? state.remove() }
        return ending
    }

    private func runOnce(
        signals: SignalInbox, observer: any SweepObserver, watch: CoordinatorWatch?
    ) throws -> (Ending, isWorthKeeping: Bool) {
        let workerBytes = resources.memoryBytes / resources.workers
        try WorkerMemory.check(prepared.plan, bytes: workerBytes)
        try OpenFiles.require(OpenFiles.ofSweep(prepared.plan, workers: resources.workers))
        let dossier = SweepDossier(prepared, isLocal: true)
        let directory = try ArtifactDirectory(path: resources.artifactDirectory)
        let lease = try ArtifactLease(directory, limit: resources.artifactLimit)
        defer { withExtendedLifetime(lease) {} }
        let inbox = try LoopInbox()
        let journal = try SweepJournal(directory: state.path, restart: resources.restart) { inbox.wakeUp.signal() }
        defer { journal.close() }
        var settings = CoordinatorSettings()
        settings.artifactDirectory = directory.path
        settings.artifactToken = lease.token
        var (coordinator, effects) = try RestoredCoordinator.make(journal, settings: settings, artifacts: directory)
        let isResumed = !coordinator.sweepIDs.isEmpty
        let id = try admit(dossier, &coordinator, &effects, journal)
        let folder = try RendezvousFolder()
        defer { withExtendedLifetime(folder) {} }
        let messaging = try MessagingContext()
        let socket = try Socket(.router, in: messaging, options: LocalSweep.socketOptions, monitoring: [.disconnected])
        try socket.bind(folder.endpoint)
        if isResumed, let status = coordinator.status(of: id, now: .zero) {
            observer.note("going on with an interrupted sweep: \(status.keptWork)", isWarning: false)
        }
        observer.note("workers may join at \(folder.endpoint)", isWarning: false)
        let pool = try WorkerProcessPool(
            arguments: [
                "--connect", folder.endpoint, "--memory", "\(workerBytes)B", "--threads",
                String(MachineResources.threads(workers: resources.workers)), "--verbose",
            ],
            count: resources.workers,
            logs: state.logs)
        let host = LocalSweepHost(id, pool: pool, observer: observer)
        let artifacts = ArtifactThread(directory, limit: resources.artifactLimit, wakeUp: inbox.wakeUp)
        defer { artifacts.stop() }
        let loop = CoordinatorLoop(
            coordinator, journal: journal, inbox: inbox, artifacts: artifacts, socket: socket,
            admission: OpenAdmission(), signals: signals, host: host, watch: watch)
        let restored = effects
        try loop.decide { _ in ((), restored) }
        if loop.coordinator.isBusy { try pool.fill() } else { loop.stop() }
        try loop.run()
        pool.stop(patience: .seconds(2))
        let status = loop.coordinator.status(of: id, now: loop.now)
        let isRequest = loop.coordinator.refusal(of: id)?.kind == .request
        return (try ending(of: id, loop, dossier), isWorthKeeping: !isRequest || status?.tilesScored ?? 0 > 0)
    }

    /// Queues hold more than libzmq's default, since one message acknowledges one batch.
    static var socketOptions: SocketOptions {
        var options = SocketOptions()
        options.sendHighWaterMark = 10_000
        return options
    }

    /// The sweep that the state is of, or a new one.
    private func admit(
        _ dossier: SweepDossier, _ coordinator: inout Coordinator, _ effects: inout [CoordinatorEffect],
        _ journal: SweepJournal
    ) throws -> SweepID {
        if let id = coordinator.sweepIDs.first, let status = coordinator.status(of: id, now: .zero) {
            guard let record = try journal.record(of: id) else {
                throw Complaint(
                    .request, "the state of an interrupted sweep is incomplete", at: state.path,
                    advice: "give --restart to begin anew")
            }
            try state.check(record, against: dossier)
            if let findings = coordinator.findings(of: id, now: .zero) {
                try LocalState.check(cores: Set(findings.blasCores), at: state.path)
            }
            if status.failureCount > 0 || (status.state.isOver && status.state != .complete) {
                effects += coordinator.retryFailures(of: id)
            }
            return id
        }
        let id = try coordinator.admit(
            try dossier.submission(priority: 0), owner: "local", failsFast: true,
            wallTime: Date().timeIntervalSince1970)
        effects += coordinator.takeEffects()
        return id
    }

    private func ending(of id: SweepID, _ loop: CoordinatorLoop, _ dossier: SweepDossier) throws -> Ending {
        guard let findings = loop.coordinator.findings(of: id, now: loop.now) else { return .interrupted }
        switch findings.status.state {
        case .queued, .running, .cancelled: return .interrupted
        case .failed:
            let refusal =
                loop.coordinator.refusal(of: id) ?? Complaint(.work, "it failed", at: "sweep", advice: "see the log")
            let stores = findings.failures.sorted { $0.item < $1.item }.filter {
                if case .survey = $0.item { $0.cause.kind == .request } else { false }
            }.map(\.cause)
            return .refused(stores.contains(refusal) ? stores : [refusal])
        case .complete, .partial: break
        }
        var assembly = SweepAssembly(dossier)
        var failure: Complaint?
        try loop.journal.readAllScores(of: id) { block in
            guard failure == nil else { return }
            do throws(Complaint) {
                try assembly.put(block)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return .finished(assembly.finished(findings))
    }
}
