import SweepModel
import Testing

@testable import SweepCost

struct SweepEstimateTests {
    @Test func twiceTheLayersAreTwiceTheLayerWork() {
        func estimate(_ models: Int) -> SweepEstimate {
            let plan = PlanFixture.plan(x: Array(repeating: 64, count: models))
            var rates = PlanFixture.rates(plan)
            rates.loads = [FittedCost(rates: [0, 0])]
            return SweepEstimate(plan, rates: rates, memory: PlanFixture.memory, workers: 1)
        }
        let (one, two) = (estimate(2), estimate(4))
        #expect(abs(two.layerWork / one.layerWork - 2) < 1e-12)
        #expect(abs(two.surveyWork / one.surveyWork - 2) < 1e-12)
        // On and above the diagonal.
        #expect(abs(two.tileWork / one.tileWork - 10 / 3) < 1e-12)
    }

    /// n² d once it decides.
    @Test func layersGrowWithTheirProducts() {
        func work(_ n: Int, _ d: Int) -> Double {
            let plan = PlanFixture.plan(x: [4], samples: n, width: d)
            return PlanFixture.estimate(plan).layerWork
        }
        #expect(abs(work(100_000, 10_000) / work(50_000, 10_000) - 4) < 0.05)
        #expect(abs(work(100_000, 20_000) / work(100_000, 10_000) - 2) < 0.05)
    }

    /// More workers are never slower, and no more of them work than there are cores.
    @Test func moreWorkersAreNeverSlower() {
        for plan in [
            PlanFixture.plan(x: [1]), PlanFixture.plan(x: [5, 90, 3]), PlanFixture.plan(x: [200], y: [70, 70]),
            PlanFixture.plan(x: [64, 64, 64, 1]),
        ] {
            let times = (1...8).map { PlanFixture.estimate(plan, workers: $0) }
            for (few, more) in zip(times, times.dropFirst()) { #expect(more.total <= few.total + 1e-12) }
            #expect(times[7].total == times[3].total)
            #expect(times[7].busyWorkers == 4)
        }
        let big = PlanFixture.plan(x: Array(repeating: 64, count: 8))
        #expect(PlanFixture.estimate(big, workers: 4).layers < 0.26 * PlanFixture.estimate(big, workers: 1).layers)
    }

    /// One item is done by one worker, however many there are.
    @Test func noStageIsShorterThanItsLongestItem() {
        let plan = PlanFixture.plan(x: [1], samples: 1000, width: 256)
        let (one, four) = (PlanFixture.estimate(plan, workers: 1), PlanFixture.estimate(plan, workers: 4))
        #expect(one.surveys == four.surveys)
        #expect(one.layers == four.layers)
        #expect(one.tiles == four.tiles)
    }

    /// A layer that takes long is the work of all of them.
    @Test(arguments: [20_000, 70_000]) func workersShareLargeLayers(_ samples: Int) {
        let plan = PlanFixture.plan(x: [1], samples: samples, width: 4096)
        let (one, four) = (PlanFixture.estimate(plan, workers: 1), PlanFixture.estimate(plan, workers: 4))
        #expect(abs(one.layers / four.layers - 4) < 1e-9)
        let kernels = PlanFixture.plan(x: [1], samples: 70_000, width: 4096, metrics: [Metric(kind: .cka)])
        #expect(PlanFixture.estimate(kernels, workers: 4).layers == PlanFixture.estimate(kernels, workers: 1).layers)
    }

    @Test func whatIsThereIsNotComputedAgain() {
        let plan = PlanFixture.plan(x: [10, 10], samples: 5000, width: 1000)
        let fresh = PlanFixture.estimate(plan)
        let half = PlanFixture.estimate(plan, known: KnownWork(models: [0], layers: Set(0..<10)))
        let all = PlanFixture.estimate(plan, known: KnownWork(models: [0, 1], layers: Set(0..<20)))
        #expect(half.layerWork < 0.52 * fresh.layerWork && half.layerWork > 0.48 * fresh.layerWork)
        #expect(all.layerWork < 0.02 * fresh.layerWork && all.layerWork > 0)
        #expect(abs(all.surveyWork - 0.02) < 1e-12)
        #expect(all.tileWork == fresh.tileWork)
    }

    /// A block that stays is read once a worker; one that does not, for every tile; what is streamed, twice for every tile.
    @Test func memoryDecidesHowOftenArtifactsAreRead() {
        let plan = PlanFixture.plan(x: [64 * 8], metrics: [Metric(kind: .cka)])
        func loading(_ limit: Int, streamed: Set<ArtifactKind> = []) -> Double {
            let memory = TileMemory(blockBytes: [.gram: 1000], limit: limit, streamed: streamed, packedChunk: 1)
            var rates = PlanFixture.rates(plan)
            rates.tiles = [FittedCost(rates: [0, 0, 0])]
            rates.loads = [FittedCost(rates: [1, 0])]
            return SweepEstimate(plan, rates: rates, memory: memory, workers: 1).tileWork
        }
        #expect(loading(8000) == 512)
        #expect(loading(7999) == 512 + 36 * 64)
        #expect(loading(100, streamed: [.gram]) == 2 * 36 * 64)
    }

    /// Metrics that go by the same artifact read it together.
    @Test func partsShareTheirArtifacts() {
        let metrics = [Metric(kind: .mutualKNN, k: 10), Metric(kind: .lcsKNN, k: 10), Metric(kind: .mutualKNN, k: 5)]
        let plan = PlanFixture.plan(x: [10], metrics: metrics)
        let parts = TilePart.parts(of: plan)
        #expect(parts.map(\.name) == ["mutual_knn_k10+mutual_knn_k5", "lcs_knn_k10"])
        var rates = PlanFixture.rates(plan)
        rates.tiles = parts.map { _ in FittedCost(rates: [0, 0, 0, 0]) }
        let estimate = SweepEstimate(plan, rates: rates, memory: PlanFixture.memory, workers: 1)
        #expect(estimate.tileParts[0] > 0)
        #expect(estimate.tileParts[1] == 0)
    }

    /// A large tile and two small ones take two workers as long as the large one does.
    @Test func theLargestTileIsDoneByOneWorker() {
        let plan = PlanFixture.plan(x: [66])
        var rates = PlanFixture.rates(plan)
        rates.tiles = [FittedCost(rates: [0, 0, 1e-6, 0])]
        rates.loads = [FittedCost(rates: [0, 0])]
        let estimate = SweepEstimate(plan, rates: rates, memory: PlanFixture.memory, workers: 2)
        #expect(abs(estimate.tiles - 64 * 64 * 1e-3) < 1e-9)
        #expect(abs(estimate.tileWork - (64 * 64 + 64 * 2 + 4) * 1e-3) < 1e-9)
    }

    @Test func theTotalIsTheSumOfItsStages() {
        let estimate = PlanFixture.estimate(PlanFixture.plan(x: [3], y: [4]), workers: 2)
        let stages = [
            estimate.start, estimate.opening, estimate.surveys, estimate.layers, estimate.tiles, estimate.results,
        ]
        #expect(stages.allSatisfy { $0 >= 0 })
        #expect(abs(estimate.total - stages.reduce(0, +)) < 1e-12)
        #expect(estimate.start == 0.5)
    }

    @Test func coldStoresTakeTheirDisksTime() {
        let plan = PlanFixture.plan(x: [3])
        var rates = PlanFixture.rates(plan)
        rates.diskRate = 1e8
        let cold = SweepEstimate(
            plan, rates: rates, memory: PlanFixture.memory, workers: 2, coldBytes: 500_000_000)
        #expect(abs(cold.surveys - PlanFixture.estimate(plan, workers: 2).surveys - 5) < 1e-9)
    }

    @Test func contentionSlowsManyAndNotOne() {
        let plan = PlanFixture.plan(x: [64])
        var rates = PlanFixture.rates(plan)
        rates.contention = 1.5
        func layers(_ workers: Int) -> Double {
            SweepEstimate(plan, rates: rates, memory: PlanFixture.memory, workers: workers).layers
        }
        #expect(layers(1) == PlanFixture.estimate(plan, workers: 1).layers)
        #expect(abs(layers(2) / PlanFixture.estimate(plan, workers: 2).layers - 1.5) < 1e-12)
    }
}
