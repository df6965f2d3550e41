import SweepCost
import SweepModel
import SweepProtocol
import Testing
import WorkerCore

@testable import ClusterSimulation

@Suite("Sweeps on simulated clusters")
struct SweepSimulationTests {
    /// 8 models of 30 layers of 100 samples: 240 layers, 4 x 4 blocks, 10 tiles.
    private static func plan(samples: Int = 100, models: Int = 8, layers: Int = 30, y: [Int]? = nil) -> SweepPlan {
        SweepPlan(
            sampleCount: samples,
            models: (0..<models).map { model in
                (
                    name: "model \(model)", path: "/\(model).h5", bytes: 1_000_000,
                    layers: (0..<layers).map { (index: $0, name: "\($0)", width: 16) }
                )
            },
            xModels: y == nil ? Array(0..<models) : Array(0..<models / 2), yModels: y,
            metrics: [Metric(kind: .mutualKNN, k: 10)])
    }

    /// A survey takes 0.5 s, a layer 0.25 s, a tile 0.125 s, reading one layer's artifact into memory 1 ms.
    private static let rates = HostRates(
        survey: FittedCost(rates: [0.5]), layer: FittedCost(rates: [0.25]), tiles: [FittedCost(rates: [0.125])],
        loads: [FittedCost(rates: [0.001])], results: FittedCost(rates: []), startSeconds: 0, contention: 1, cores: 1)

    private static let fast = CoordinatorRates(message: 1e-5, tile: 1e-6, name: 1e-7, byte: 1e-10, commit: 1e-3)

    private static func sweep(_ plan: SweepPlan, known: KnownWork = KnownWork()) -> SimulatedSweep {
        let context = SweepContext(
            plan: plan, sampleDigest: "d", sampleStore: "/0.h5", clip: .quantile(0.95), normalize: .l2)
        return SimulatedSweep(
            context, costs: ItemCosts(plan, rates: rates, known: known),
            memory: TileMemory(blockBytes: [.neighbours: 1000], limit: 1 << 30, streamed: [], packedChunk: 1),
            known: known)
    }

    private static func shape(
        hosts: Int = 4, each: Int = 4, bandwidth: Double = 1e12, latency: Double = 1e-4, isShared: Bool = true
    ) -> ClusterShape {
        ClusterShape(
            hosts: hosts, workersPerHost: each, bandwidth: bandwidth, latency: latency, diskRate: 1e12,
            sharesArtifacts: isShared, pageCacheBytes: 1 << 40)
    }

    private static func run(
        _ sweep: SimulatedSweep, _ shape: ClusterShape, workers: Int? = nil, contention: Double = 1,
        coordinator: CoordinatorRates = fast
    ) throws -> ClusterRun {
        try SweepSimulation(
            sweep, on: shape, workers: workers ?? shape.workers, contention: contention, coordinator: coordinator
        ).run(before: 0, after: 0)
    }

    @Test func theSameInputGivesTheSameNumbers() throws {
        let sweep = Self.sweep(Self.plan())
        for isShared in [true, false] {
            let shape = Self.shape(bandwidth: 1e6, isShared: isShared)
            #expect(try Self.run(sweep, shape) == Self.run(sweep, shape))
        }
    }

    @Test func oneWorkerTakesWhatItsItemsTakeAndTheirMessages() throws {
        let sweep = Self.sweep(Self.plan())
        let found = try Self.run(sweep, Self.shape(), workers: 1)
        // Blocks are read once each: 240 layers.
        let work = 8 * 0.5 + 240 * 0.25 + 10 * 0.125 + 240 * 0.001
        #expect(abs(found.spent.computing - work) < 1e-6)
        let items = 8.0 + 240 + 10
        #expect(found.makespan > work)
        // Each item waits for a message there and one back at most.
        #expect(found.makespan < work + items * (2 * 1e-4 + 5e-4) + 0.05)
        #expect(found.surveysDone < found.layersDone && found.layersDone < found.tilesDone)
    }

    @Test func nothingIsComputedTwiceAndEverySecondIsAccountedFor() throws {
        for plan in [Self.plan(), Self.plan(y: [4, 5, 6, 7])] {
            let sweep = Self.sweep(plan)
            let alone = try Self.run(sweep, Self.shape(), workers: 1)
            var before = Double.infinity
            for workers in [1, 2, 4, 8, 16] {
                let found = try Self.run(sweep, Self.shape(), workers: workers)
                // Who works on a row of tiles reads its artifacts.
                let reading = Double(workers * plan.layers.count) * 0.001
                #expect(found.spent.computing >= alone.spent.computing - 1e-6)
                #expect(found.spent.computing <= alone.spent.computing + reading)
                #expect(abs(found.spent.all - Double(workers) * found.makespan) < 1e-6 * found.spent.all)
                #expect(found.makespan < before)
                before = found.makespan
            }
        }
    }

    @Test func artifactsGoThroughTheCoordinatorUnlessTheyAreShared() throws {
        let plan = Self.plan()
        let sweep = Self.sweep(plan)
        let made = sweep.artifactBytes.reduce(0, +)
        #expect(made > 0)
        let shared = try Self.run(sweep, Self.shape())
        #expect(shared.traffic.artifactsUp == 0 && shared.traffic.artifactsDown == 0)
        #expect(shared.traffic.diskWritten == made)
        #expect(shared.spent.transfers == 0)
        let apart = try Self.run(sweep, Self.shape(isShared: false))
        #expect(apart.traffic.artifactsUp == made)
        // Every block is fetched by some host, and none by more workers than there are.
        #expect(apart.traffic.artifactsDown >= made && apart.traffic.artifactsDown <= 16 * made)
        #expect(apart.traffic.diskWritten == 0)
        // One link carries all of them.
        let slow = try Self.run(sweep, Self.shape(bandwidth: Double(made) / 100, isShared: false))
        #expect(slow.makespan > 100 && apart.makespan < 50)
        #expect(slow.spent.transfers > 100)
    }

    @Test func storesAreReadOnceByEachHostThatNeedsThem() throws {
        let sweep = Self.sweep(Self.plan())
        let one = try Self.run(sweep, Self.shape(hosts: 1, isShared: false))
        #expect(abs(one.traffic.diskRead - 8_000_000) < 1000)
        let four = try Self.run(sweep, Self.shape(hosts: 4, isShared: false))
        #expect(four.traffic.diskRead >= one.traffic.diskRead && four.traffic.diskRead <= 4 * one.traffic.diskRead)
    }

    @Test func aCoordinatorThatIsSlowIsWaitedFor() throws {
        let sweep = Self.sweep(Self.plan())
        let slow = CoordinatorRates(message: 0.03, tile: 0, name: 0, byte: 0, commit: 0)
        let found = try Self.run(sweep, Self.shape(), coordinator: slow)
        #expect(found.coordinator.busy >= 258 * 0.03)
        #expect(found.makespan > found.coordinator.busy - 0.1)
        #expect(found.coordinator.longestWait > 0.1)
        let quick = try Self.run(sweep, Self.shape())
        #expect(found.spent.coordination > 2 * quick.spent.coordination)
    }

    @Test func aCoordinatorThatCannotKeepUpIsNoPlan() throws {
        let sweep = Self.sweep(Self.plan())
        // Heartbeats alone are more than it can hear.
        let slow = CoordinatorRates(message: 0.2, tile: 0, name: 0, byte: 0, commit: 0)
        #expect(throws: Complaint.self) { try Self.run(sweep, Self.shape(), coordinator: slow) }
        // What arrives after it was taken back is done for nothing.
        #expect(throws: Complaint.self) { try Self.run(sweep, Self.shape(latency: 5)) }
    }

    @Test func latencyIsPaidForEachStage() throws {
        let sweep = Self.sweep(Self.plan())
        let near = try Self.run(sweep, Self.shape())
        let far = try Self.run(sweep, Self.shape(latency: 0.5))
        #expect(far.makespan > near.makespan + 3 * 2 * 0.5)
    }

    @Test func contentionSlowsDownOnlyWhereAHostHasSeveralWorkers() throws {
        let sweep = Self.sweep(Self.plan())
        let alone = try Self.run(sweep, Self.shape(hosts: 2, each: 1), contention: 2)
        let together = try Self.run(sweep, Self.shape(hosts: 1, each: 2), contention: 2)
        #expect(abs(together.spent.computing / alone.spent.computing - 2) < 0.02)
    }

    @Test func whatEarlierSweepsLeftIsNotDoneAgain() throws {
        let plan = Self.plan()
        let all = KnownWork(models: Set(plan.models.indices), layers: Set(plan.layers.indices))
        let found = try Self.run(Self.sweep(plan, known: all), Self.shape())
        #expect(found.spent.layers < 1 && found.traffic.diskWritten == 0)
    }

    @Test func layersOfManySamplesAreSharedByWorkersThatOutnumberThem() throws {
        let plan = Self.plan(samples: 70_000, models: 2, layers: 1)
        let steps = try #require(plan.neighbourSteps)
        let sweep = Self.sweep(plan)
        let layer = (0..<steps.count).reduce(0) { $0 + sweep.costs.step($1, of: 0) }
        #expect(abs(layer - 0.25) < 1e-9)
        let one = try Self.run(sweep, Self.shape(latency: 1e-6), workers: 1)
        let many = try Self.run(sweep, Self.shape(latency: 1e-6))
        let layersTook = (one.layersDone - one.surveysDone, many.layersDone - many.surveysDone)
        #expect(layersTook.1 < layersTook.0 / 3)
    }

    @Test func aSweepOfPermutationsEnds() throws {
        var plan = Self.plan(models: 4)
        plan = SweepPlan(
            sampleCount: plan.sampleCount,
            models: plan.models.map { model in
                (
                    name: model.name, path: model.path, bytes: model.bytes,
                    layers: model.layers.map { (index: $0, name: "", width: 16) }
                )
            }, xModels: plan.xModels, yModels: nil, metrics: plan.metrics,
            permutations: PermutationPlan(count: 100_000, metrics: [0], seed: 1))
        let found = try Self.run(Self.sweep(plan), Self.shape())
        #expect(found.spent.tiles > PermutationWork(plan).seconds)
    }

    /// Layers that take a day each: looked at as often as short ones, they would take hours to simulate.
    @Test func thousandsOfWorkersShareFewLargeLayers() throws {
        let plan = Self.plan(samples: 15_000_000, models: 4, layers: 12)
        let context = SweepContext(
            plan: plan, sampleDigest: "d", sampleStore: "/0.h5", clip: .quantile(0.95), normalize: .l2)
        let rates = HostRates.nominal(for: plan)
        let sweep = SimulatedSweep(
            context, costs: ItemCosts(plan, rates: rates),
            memory: TileMemory(blockBytes: [.neighbours: 1000], limit: 1 << 30, streamed: [], packedChunk: 1))
        let found = try Self.run(sweep, Self.shape(hosts: 50, each: 64))
        #expect(found.events < 300_000)
        #expect(found.spent.computing > 0.9 * sweep.costs.all)
        #expect(found.makespan > sweep.longestChain && found.makespan < 1.2 * sweep.longestChain)
    }

    @Test func aThousandWorkersWithNothingToDoCostNoMoreThanTheirMessages() throws {
        let found = try Self.run(Self.sweep(Self.plan()), Self.shape(hosts: 100, each: 10))
        #expect(found.spent.idle > 0.5 * found.spent.all)
        #expect(found.makespan < 5)
    }
}

@Suite("Curves over numbers of workers")
struct ClusterForecastTests {
    private static func forecast(_ seconds: [(workers: Int, seconds: Double)]) -> ClusterForecast {
        let runs = seconds.map { workers, seconds in
            ClusterRun(
                workers: workers, hosts: workers, makespan: seconds, before: 0, after: 0, surveysDone: 0, layersDone: 0,
                tilesDone: 0, spent: .init(), traffic: .init(), coordinator: .init(), events: 0)
        }
        return ClusterForecast(
            shape: ClusterShape(
                hosts: 1, workersPerHost: 1, bandwidth: 1, latency: 0, diskRate: 1, sharesArtifacts: true,
                pageCacheBytes: 0), coordinator: .init(message: 0, tile: 0, name: 0, byte: 0, commit: 0), contention: 1,
            runs: runs)
    }

    @Test func moreDoNotPayWhereADoublingSavesLessThanATenth() {
        #expect(Self.forecast([(1, 100), (2, 50), (4, 46), (8, 45)]).payingWorkers == 2)
        #expect(Self.forecast([(1, 100), (2, 50), (4, 26), (8, 14)]).payingWorkers == nil)
        // Half as many more have to save half a tenth.
        #expect(Self.forecast([(2, 100), (3, 94)]).payingWorkers == nil)
        #expect(Self.forecast([(2, 100), (3, 96)]).payingWorkers == 2)
        #expect(Self.forecast([(1, 100)]).payingWorkers == nil)
    }

    @Test func theCurveEndsWithAllWorkers() {
        func counts(_ hosts: Int, _ each: Int) -> [Int] {
            ClusterShape(
                hosts: hosts, workersPerHost: each, bandwidth: 1, latency: 0, diskRate: 1, sharesArtifacts: true,
                pageCacheBytes: 0
            ).workerCounts
        }
        #expect(counts(1, 1) == [1])
        #expect(counts(1, 2) == [1, 2])
        #expect(counts(3, 2) == [1, 2, 4, 6])
        #expect(counts(2, 4) == [1, 2, 4, 8])
    }
}
