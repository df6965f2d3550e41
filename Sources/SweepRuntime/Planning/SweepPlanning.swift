internal import ArtifactStore
package import FeatureStore
internal import Foundation
internal import LinearAlgebra
package import SweepCost
package import SweepModel
package import SweepProtocol
internal import WorkerCore

/// Predicts what a sweep would cost on this machine, and runs nothing of it.
package struct SweepPlanning {
    private let prepared: PreparedSweep
    private let resources: LocalSweep.Resources
    private let openSeconds: Double

    /// Disks are read from so far to find their rate, and not at all for less than that.
    private static let diskTrialBytes = 32 << 20

    /// Opens and checks the stores of `spec` as a sweep does, by `reading`.
    package init(
        _ spec: SweepSpec, resources: LocalSweep.Resources, reading: PreparedSweep.Reading = PreparedSweep.readingHere,
        complain: (Complaint) -> Void = { _ in }
    ) throws(Complaint) {
        let clock = ContinuousClock()
        let start = clock.now
        prepared = try PreparedSweep(spec, reading: reading, complain: complain)
        openSeconds = (clock.now - start).inSeconds
        self.resources = resources
        try WorkerMemory.check(prepared.plan, bytes: resources.memoryBytes / resources.workers)
    }

    /// The metadata of every store, in the order of the plan's models.
    package var stores: [StoreMetadata] { prepared.stores }
    /// What the user should know before the sweep.
    package var warnings: [String] { prepared.passedOver + prepared.warnings }

    /// Everything a worker would be told of the sweep.
    package var context: SweepContext { SweepDossier(prepared, isLocal: true).context }

    /// What a host was found to take, and how that was found out.
    package struct Measurement: Sendable {
        package let host: CalibratedHost
        package let trials: SweepForecast.Calibration

        /// What was measured elsewhere, or earlier.
        package init(known host: CalibratedHost) {
            self.host = host
            trials = .init(known: 0, made: 0, seconds: 0)
        }

        init(_ host: CalibratedHost, _ trials: SweepForecast.Calibration) {
            self.host = host
            self.trials = trials
        }
    }

    /// Measures this host by trials.
    /// - Parameters:
    ///   - recalibrates: whether it is measured anew where it was measured before.
    ///   - triesCoordinator: whether a coordinator is tried as well; otherwise nothing is known of what it takes.
    ///   - software: the name and version of the program.
    ///   - results: the seconds of processor time in which the results of a plan are written into a folder.
    package func measure(
        recalibrates: Bool, triesCoordinator: Bool, software: String,
        results: (SweepPlan, _ folder: String) throws -> Double
    ) throws -> Measurement {
        let cores = MachineResources.cores
        let clock = ContinuousClock()
        let start = clock.now
        let directory = ArtifactDirectory.defaultPath + "/calibration"
        var record = TrialRecord(directory: directory, isEmpty: recalibrates)
        let calibration = HostCalibration(
            context, precision: mostValues, workers: resources.workers,
            workerBytes: resources.memoryBytes / resources.workers, directory: directory)
        let rates = try calibration.rates(&record, cores: cores, results: results)
        let coordinator =
            triesCoordinator
            ? try calibration.coordinator(&record)
            : CoordinatorRates(message: 0, tile: 0, name: 0, byte: 0, commit: 0)
        let host = CalibratedHost(
            name: MachineResources.hostName, blasCore: Products.coreName,
            instructions: "\(InterleavedProducts.Instructions.best)", software: software,
            parts: TilePart.parts(of: prepared.plan).map(\.name), samples: prepared.plan.sampleCount,
            precision: mostValues.rawValue, rates: rates, coordinator: coordinator)
        return Measurement(
            host, .init(known: record.known, made: record.made, seconds: (clock.now - start).inSeconds))
    }

    /// What the sweep would cost on a host as `measured`, with this machine's stores, artifacts and numbers of workers.
    package func forecast(_ measured: Measurement) throws -> SweepForecast {
        let plan = prepared.plan
        var rates = measured.host.rates
        rates.openSeconds = openSeconds
        let known = try finishedWork(context)
        let (coldBytes, diskRate) = cold(known)
        rates.diskRate = diskRate
        let workerBytes = resources.memoryBytes / resources.workers
        let memory = Self.memory(plan, workerBytes: workerBytes)
        let work = SweepWork(plan)
        return SweepForecast(
            plan: plan, work: work,
            estimate: SweepEstimate(
                plan, rates: rates, memory: memory, workers: resources.workers, known: known, coldBytes: coldBytes),
            memory: memory, known: known,
            resources: .init(
                host: measured.host.name, blasCore: measured.host.blasCore, workers: resources.workers,
                cores: rates.cores, workerBytes: workerBytes, requiredBytes: WorkingMemory.required(plan),
                artifactDirectory: resources.artifactDirectory),
            stores: .init(
                precisions: Set(prepared.stores.flatMap { $0.layers.map(\.precision.rawValue) }).sorted(),
                coldBytes: coldBytes, diskRate: diskRate),
            calibration: measured.trials, unknowns: unknowns(work))
    }

    /// What a worker with so much memory keeps from one tile to the next.
    private static func memory(_ plan: SweepPlan, workerBytes: Int) -> TileMemory {
        let working = WorkingMemory(plan, memoryBytes: workerBytes)
        return TileMemory(
            blockBytes: working.blockBytes, limit: working.artifactBytes, streamed: working.streamed,
            packedChunk: WorkingMemory.packedChunk)
    }

    /// The same for a worker of a cluster. Throws where the largest layer would not fit.
    package func memory(ofWorkersWith bytes: Int) throws(Complaint) -> TileMemory {
        try WorkerMemory.check(prepared.plan, bytes: bytes)
        return Self.memory(prepared.plan, workerBytes: bytes)
    }

    /// The precision of most feature values.
    private var mostValues: StoredPrecision {
        var widths: [StoredPrecision: Int] = [:]
        for layer in prepared.stores.flatMap(\.layers) { widths[layer.precision, default: 0] += layer.width }
        return widths.max { ($0.value, $0.key.byteSize) < ($1.value, $1.key.byteSize) }?.key ?? .float32
    }

    /// References are there, whatever else is; nothing else where there is no directory: looking must not make one.
    private func finishedWork(_ context: SweepContext) throws -> KnownWork {
        let plan = context.plan
        let models = Set(plan.models.indices.filter { plan.isReference(model: $0) })
        let layers = Set(models.flatMap { plan.models[$0].layers })
        guard ArtifactDirectory.exists(at: resources.artifactDirectory) else {
            return KnownWork(models: models, layers: layers)
        }
        let home = try ArtifactHome(shared: resources.artifactDirectory)
        let found = TaskRunner(context: context, home: home, blasCore: Products.coreName, memoryBytes: 0).finishedWork()
        return KnownWork(models: found.models.union(models), layers: found.layers.union(layers))
    }

    /// Bytes of stores that are still to be surveyed and not in memory, and the rate of the disk that has most of them.
    private func cold(_ known: KnownWork) -> (bytes: Int, rate: Double?) {
        var total = 0
        var largest: (path: String, bytes: Int, first: Int)?
        for (position, store) in prepared.stores.enumerated()
        where !known.models.contains(position) && !StorePaths.isURL(store.path) && store.references == nil {
            guard let missing = PageCache.missing(store.path) else { continue }
            total += missing.bytes
            if missing.bytes > largest?.bytes ?? 0 { largest = (store.path, missing.bytes, missing.first) }
        }
        guard total > Self.diskTrialBytes, let largest else { return (total, nil) }
        return (total, PageCache.rate(largest.path, from: largest.first, atMost: Self.diskTrialBytes))
    }

    private func unknowns(_ work: SweepWork) -> [String] {
        var unknowns: [String] = []
        let stores = prepared.stores
        let remote = stores.count { StorePaths.isURL($0.path) }
        if remote > 0 {
            unknowns.append("how fast \(remote.counted("store")) on servers can be read: not in the prediction")
        }
        let packed = stores.count {
            !StorePaths.isURL($0.path) && $0.references == nil && $0.fileBytes < $0.valueBytes / 10 * 9
        }
        if packed > 0 {
            unknowns.append("how long it takes to unpack \(packed.counted("compressed store")): not in the prediction")
        }
        let kinds = Set(prepared.plan.artifactKinds.map(\.family))
        unknowns += ArtifactCatalogue.definitions.filter { kinds.contains($0.family) }.compactMap(\.unknown)
        let bytes = work.artifacts.reduce(0) { $0 + $1.bytes }
        if bytes > resources.artifactLimit {
            unknowns.append(
                "what of the artifacts is left afterwards: \(bytes.bytesInWords) are more than --artifacts-limit keeps, \(resources.artifactLimit.bytesInWords)"
            )
        }
        if let free = ArtifactDirectory.freeBytes(near: resources.artifactDirectory), bytes > free {
            unknowns.append(
                "where artifacts would go: they take up to \(bytes.bytesInWords), and the disk of \(resources.artifactDirectory) has \(free.bytesInWords) free"
            )
        }
        return unknowns
    }
}
