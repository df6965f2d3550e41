internal import AlignmentMetrics
internal import ArtifactStore
internal import ContentHash
package import FeatureStore
package import LinearAlgebra
internal import SweepModel
package import SweepProtocol

/// Runs the work items of one sweep, one at a time: store → artifacts → scores.
///
/// Owned by one thread. What it keeps between items (stored values, Gram panels, neighbour lists) is bounded by `memoryBytes`
/// and changes no result.
package final class TaskRunner {
    let context: SweepContext
    let home: ArtifactHome
    let blasCore: String
    let features: FeatureCache
    let artifacts: ArtifactCache
    /// Threads that share the work on one layer, and the bytes of memory for everything.
    let threads: ThreadTeam
    let memoryBytes: Int
    private let opener: StoreOpener
    /// What is made in trials, which stand for larger layers; nil in sweeps.
    private let tried: TriedArtifacts?
    /// What the artifacts of each layer have to be.
    let shapes: ArtifactShapes
    /// Called whenever some of the work is done, from any of its threads: a sign that it goes on.
    package var onStep: @Sendable () -> Void = {}
    private var joined: [String]?
    /// The layer that steps were done of last: the next step is likely to be of the same.
    var streamedLayer: StreamedRows?
    /// The tile of permutations that was worked on last: the next is likely to be another run of the same layers.
    var latestSquare: PermutedSquare?
    /// The store that was read last: the next layer is likely to be another of its own.
    private var opened: (model: Int, store: (reader: any OpenStore, order: [Int]?))?

    /// A runner for `context` that takes `memoryBytes` for its work and for what it keeps, and `threads` for a layer. `opener` opens its
    /// stores: those on disk and on servers, unless a test has others.
    package init(
        context: SweepContext, home: ArtifactHome, blasCore: String, memoryBytes: Int, threads: ThreadTeam = 1,
        tried: TriedArtifacts? = nil, opener: StoreOpener = .standard
    ) {
        self.tried = tried
        self.opener = opener
        shapes = ArtifactShapes(context, tried: tried)
        self.threads = threads
        self.memoryBytes = memoryBytes
        self.home = home
        self.context = context
        self.blasCore = blasCore
        features = FeatureCache(limitBytes: memoryBytes / 3)
        artifacts = ArtifactCache(
            home: home, sampleCount: context.plan.sampleCount, shapes: shapes,
            limitBytes: Self.artifactBytes(of: memoryBytes))
        MatrixMemory.keepIdle(atMost: memoryBytes / Self.idleShare)
    }

    /// The part of a runner's memory in which matrices lie that nobody uses, for others to take.
    static let idleShare = 16

    /// How a layer's linear kernel is kept.
    func linearForm(_ layer: Int) -> LinearKernelForm {
        tried?.linearForm ?? context.plan.linearKernelForm(ofLayer: layer)
    }

    /// The bytes of artifacts that a runner keeps of `memoryBytes`.
    static func artifactBytes(of memoryBytes: Int) -> Int { memoryBytes / 3 }

    /// As many threads as there is memory for, where work by so many takes `bytes`: what is kept goes for those that may work now, and not
    /// for those that may join.
    func team(_ bytes: (_ threads: Int) -> Int) -> ThreadTeam {
        let (now, spare) = (threads.count, memoryBytes - artifacts.bytes - features.bytes)
        let fitting = (1...threads.most).last { bytes($0) <= ($0 <= now ? memoryBytes : spare) }
        return threads.first(fitting ?? 1)
    }

    /// Lets go of what is kept, until there is room for `bytes` beside it.
    func makeRoom(for bytes: Int) {
        artifacts.shrink(to: max(0, memoryBytes - bytes))
        features.shrink(to: max(0, memoryBytes - bytes - artifacts.bytes), but: -1)
    }

    /// Runs a survey or a layer to its end; a failure is a result like any other.
    package func run(_ assignment: Assignment) -> LeaseOutcome {
        outcome(of: assignment.lease) {
            switch (assignment.lease.work, assignment.inputs) {
            case (.survey(let model), .survey) where context.plan.models.indices.contains(model):
                return (.survey(try survey(model: model)), 0)
            case (.layer(let layer), .layer(let thresholds, let digest))
            where context.plan.layers.indices.contains(layer):
                let summary = try layerSummary(layer, clipThresholds: thresholds, digest: digest)
                return (.layer(summary), products(of: layer))
            case (.step(let layer, let index), .layer(let thresholds, let digest))
            where context.plan.layers.indices.contains(layer):
                return (.step, try step(index, of: layer, clipThresholds: thresholds, digest: digest))
            default: throw Self.misfit(assignment.lease.work.firstItem)
            }
        }
    }

    /// Scores one tile of `lease`, whose layers have the artifacts `rows` and `columns`.
    package func run(
        _ lease: Lease, row: Int, column: Int, rows: [ArtifactNames], columns: [ArtifactNames]
    ) -> LeaseOutcome {
        opened = nil
        streamedLayer = nil
        let part = Lease(
            sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: column..<column + 1))
        return outcome(of: part) {
            guard fits(row, column, rows, columns) else { throw Self.misfit(part.work.firstItem) }
            let rows = context.plan.tileLayers(row: row, rows)
            let columns = context.plan.tileLayers(column: column, ofRow: row, columns)
            let (scores, operations) = try mending(rows + columns) {
                if context.plan.grid.isOfScores(row) { latestSquare = nil }
                return context.plan.grid.isOfScores(row)
                    ? try score(row: row, column: column, rows: rows, columns: columns)
                    : (try permute(row: row, column: column, rows: rows, columns: columns), 0)
            }
            return (.tiles(scores), operations)
        }
    }

    private func outcome(of part: Lease, _ body: () throws -> (LeaseOutcome.Result, Double)) -> LeaseOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        home.lease = part.number
        var flops = 0.0
        let result: LeaseOutcome.Result
        do {
            (result, flops) = try body()
        } catch let complaint as Complaint {
            // A store on a server is not asked again for what it once failed to give.
            opened = nil
            result = .failure(complaint)
        } catch let damage as ArtifactDamage {
            result = .failure(damage.complaint)
        } catch {
            result = .failure(
                Complaint(
                    .work, "\(error)", at: "\(part.work.firstItem)", advice: "report this as a bug", code: .unexpected))
        }
        return LeaseOutcome(part: part, result: result, seconds: (clock.now - start).inSeconds, flops: flops)
    }

    static func misfit(_ item: WorkItem) -> Complaint {
        Complaint(
            .work, "the \(item) does not fit the sweep", at: "worker", advice: "run the same build on every host",
            code: .misfit)
    }

    private func fits(_ row: Int, _ column: Int, _ rows: [ArtifactNames], _ columns: [ArtifactNames]) -> Bool {
        let grid = context.plan.grid
        return grid.contains(row: row, columns: column..<column + 1) && rows.count == grid.rowRange(row).count
            && columns.count == grid.columnRange(column, ofRow: row).count
    }

    /// A model's store as it was when it was opened for the last layer, or opened now.
    func open(model: Int) throws(Complaint) -> (reader: any OpenStore, order: [Int]?) {
        if let opened, opened.model == model { return opened.store }
        return try openAgain(model: model)
    }

    /// Opens a model's store and checks that it still has the samples that the sweep was planned with.
    func openAgain(model: Int) throws(Complaint) -> (reader: any OpenStore, order: [Int]?) {
        opened = nil
        let store = try checked(model: model)
        opened = (model, store)
        return store
    }

    private func checked(model: Int) throws(Complaint) -> (reader: any OpenStore, order: [Int]?) {
        let planned = context.plan.models[model]
        let reader = try opener.open(planned.path)
        let layers = planned.layers.map { context.plan.layers[$0] }
        let stored = reader.metadata.layers
        guard
            layers.allSatisfy({ layer in
                layer.isConcatenation
                    ? stored.reduce(0) { $0 + $1.width } == layer.width
                    : stored.indices.contains(layer.index) && stored[layer.index].width == layer.width
            })
        else { throw Self.changed(planned.path) }
        let (digests, versions) = (context.storeDigests, context.storeVersions)
        guard digests.isEmpty || reader.metadata.digest.description == digests[model],
            versions.isEmpty || reader.metadata.version == versions[model]
        else { throw Self.changed(planned.path) }
        if reader.metadata.sampleDigest.description == context.sampleDigest { return (reader, nil) }
        let ids = try joinedIDs()
        let positions = SampleJoin.positions(reader.metadata.sampleIDs)
        let order = ids.compactMap { positions[ExactText($0)] }
        guard order.count == ids.count else { throw Self.changed(planned.path) }
        return (reader, order)
    }

    /// The joined sample ids, read from the store whose order they have.
    func joinedIDs() throws(Complaint) -> [String] {
        if let joined { return joined }
        var ids = try opener.open(context.sampleStore).metadata.sampleIDs
        if let positions = context.samplePositions {
            guard positions.allSatisfy(ids.indices.contains) else { throw Self.changed(context.sampleStore) }
            ids = positions.map { ids[$0] }
        }
        guard ContentDigest(ofIDs: ids).description == context.sampleDigest else {
            throw Self.changed(context.sampleStore)
        }
        joined = ids
        return ids
    }

    static func changed(_ path: String) -> Complaint {
        Complaint(
            .request, "the store changed while the sweep was running", at: path,
            advice: "begin the sweep anew (--restart) when nothing writes to its stores")
    }
}
