internal import ArtifactStore
internal import ContentHash
internal import CoordinatorCore
internal import FeatureStore
internal import Foundation
package import SweepAnalysis
package import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// A whole sweep on this machine: a coordinator on `ipc://` in this process, and worker processes of the same program.
package struct LocalSweep {
    /// How it is run; none of it changes a score.
    package struct Resources: Sendable {
        package var workers: Int
        /// Bytes for all workers together.
        package var memoryBytes: Int
        package var artifactDirectory: String
        /// The artifact directory is cut back to this many bytes when a sweep starts alone.
        package var artifactLimit: Int

        package init(workers: Int, memoryBytes: Int, artifactDirectory: String, artifactLimit: Int) {
            self.workers = workers
            self.memoryBytes = memoryBytes
            self.artifactDirectory = artifactDirectory
            self.artifactLimit = artifactLimit
        }
    }

    /// How it ended.
    package enum Ending: Sendable {
        case finished(FinishedSweep)
        case refused(Complaint)
        case interrupted
    }

    private let prepared: PreparedSweep
    private let resources: Resources

    package init(_ prepared: PreparedSweep, resources: Resources) {
        self.prepared = prepared
        self.resources = resources
    }

    /// Runs the sweep on the calling thread, which owns the socket.
    package func run(signals: SignalInbox, observer: any SweepObserver) throws -> Ending {
        let workerBytes = resources.memoryBytes / resources.workers
        try WorkerMemory.check(prepared.plan, bytes: workerBytes)
        let directory = try ArtifactDirectory(path: resources.artifactDirectory)
        let lease = try ArtifactLease(directory, limit: resources.artifactLimit)
        defer { withExtendedLifetime(lease) {} }
        let folder = try RendezvousFolder()
        defer { withExtendedLifetime(folder) {} }
        let messaging = try MessagingContext()
        let pool = try WorkerProcessPool(
            endpoint: folder.endpoint, count: resources.workers, memoryBytes: workerBytes)
        let context = SweepContext(
            plan: prepared.plan, artifactDirectory: directory.path, artifactToken: lease.token,
            sampleDigest: prepared.join.digest.description, sampleStore: prepared.join.orderedBy,
            samplePositions: prepared.join.positions, groups: prepared.groups?.groups, clip: prepared.spec.clip,
            clipScope: prepared.spec.clipScope, normalize: prepared.spec.normalize,
            ignoresTies: prepared.spec.ignoresTies)
        observer.note("workers may join at \(folder.endpoint)", isWarning: false)
        let loop = try CoordinatorLoop(
            context: context, endpoint: folder.endpoint, messaging: messaging, pool: pool, signals: signals,
            observer: observer)
        let ending = try loop.run()
        pool.stop(patience: .seconds(2))
        switch ending {
        case .refused(let complaint): return .refused(complaint)
        case .interrupted: return .interrupted
        case .done: return .finished(finished(loop))
        }
    }

    private func finished(_ loop: CoordinatorLoop) -> FinishedSweep {
        let ledger = loop.ledger
        var history = SweepHistory()
        history.hosts = ledger.hosts.sorted()
        history.blasCores = ledger.blasCores.sorted()
        history.tiles = ledger.tilesDone
        history.retries = ledger.retries
        history.lostWorkers = ledger.lostWorkers
        history.wallSeconds = loop.elapsed
        history.surveySeconds = ledger.seconds.surveys
        history.layerSeconds = ledger.seconds.layers
        history.tileSeconds = ledger.seconds.tiles
        history.flops = ledger.flops
        history.warnings = prepared.warnings + ledger.surveys.compactMap(\.self).flatMap(\.warnings)
        history.storeDigests = ledger.surveys.map { survey in
            survey.map { ContentDigest(of: $0.layerDigests.joined(separator: "\n")).description } ?? "unread"
        }
        history.failures = ledger.failures.map { "\(describe($0.key)): \($0.value)" }.sorted()
        let sweep = finished(loop, history)
        history.warnings += LayerWarnings.of(sweep)
        history.undefined = UndefinedScores.reasons(sweep)
        return finished(loop, history)
    }

    private func finished(_ loop: CoordinatorLoop, _ history: SweepHistory) -> FinishedSweep {
        FinishedSweep(
            spec: prepared.spec, table: loop.table, layers: loop.ledger.layers, sampleIDs: prepared.join.ids,
            groupSizes: prepared.groups?.sizes, history: history)
    }

    private func describe(_ item: WorkItem) -> String {
        switch item {
        case .survey(let model): "reading \(prepared.plan.models[model].name)"
        case .layer(let layer): prepared.plan.label(ofLayer: layer)
        case .tile(let row, let column): "tile (\(row), \(column))"
        }
    }
}
