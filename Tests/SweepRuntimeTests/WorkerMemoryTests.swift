import SweepModel
import Testing

@testable import SweepRuntime

@Suite("Memory of a worker")
struct WorkerMemoryTests {
    private func plan(samples: Int = 1000, widths: [Int] = [8, 64], _ metrics: [Metric]) -> SweepPlan {
        SweepPlan(
            sampleCount: samples, models: [("m", "/m.h5", 1, widths.enumerated().map { ($0, "", $1) })], xModels: [0],
            yModels: nil, metrics: metrics)
    }

    private func required(_ metrics: Metric...) -> Int { WorkerMemory.required(plan(metrics)) }

    @Test func everyMatrixOverPairsCounts() {
        let pairs = 1000 * 999 / 2
        let neighbours = required(Metric(kind: .mutualKNN, k: 5))
        let gram = required(Metric(kind: .cka))
        #expect(gram == neighbours + 4 * pairs)
        #expect(required(Metric(kind: .cka), Metric(kind: .unbiasedCKA)) == gram, "one artifact serves both")
        let narrow = required(Metric(kind: .ckaRBF, .bandwidth(1)))
        #expect(
            required(Metric(kind: .ckaRBF, .bandwidth(1)), Metric(kind: .ckaRBF, .bandwidth(2))) == narrow + 4 * pairs)
        #expect(required(Metric(kind: .rsa)) > narrow, "ranking sorts")
        #expect(required(Metric(kind: .svcca, .dimensions(3))) > neighbours)
    }

    @Test func theWidestLayerCounts() {
        let metrics = [Metric(kind: .mutualKNN, k: 5)]
        let narrow = WorkerMemory.required(plan(widths: [8, 64], metrics))
        #expect(WorkerMemory.required(plan(widths: [64, 8, 8, 8], metrics)) == narrow)
        #expect(WorkerMemory.required(plan(widths: [65, 8], metrics)) == narrow + 1000 * 20)
    }

    @Test func aKernelKeptByItsFactorNeedsNoPairs() {
        let metrics = [Metric(kind: .cka)]
        #expect(WorkerMemory.required(plan(samples: 100_000, widths: [768], metrics)) < 2 << 30)
        #expect(WorkerMemory.required(plan(samples: 30_000, widths: [768], metrics)) > 2 << 30)
        #expect(WorkerMemory.required(plan(samples: 30_000, widths: [100, 64], metrics)) < 1 << 28)
    }

    @Test func neighboursOfManySamplesNeedNoWholeLayer() {
        func plan(_ samples: Int, bytes: Int, _ metrics: [Metric]) -> Int {
            WorkerMemory.required(
                SweepPlan(
                    sampleCount: samples, models: [("m", "/m.h5", bytes, [(0, "", 1024)])], xModels: [0], yModels: nil,
                    metrics: metrics))
        }
        let lists = [Metric(kind: .mutualKNN, k: 10)]
        let values = 1_000_000 * 1024
        // In half precision the survey, which looks at a whole layer, takes the most.
        #expect(plan(1_000_000, bytes: 2 * values, lists) == 2 * values)
        #expect(plan(1_000_000, bytes: 4 * values, lists) == 4 * values)
        #expect(plan(1_000_000, bytes: 2 * values, lists + [Metric(kind: .cka)]) > 20 * values)
        #expect(plan(65_536, bytes: 2 * 65_536 * 1024, lists) >= 20 * 65_536 * 1024)
    }

    @Test func whatDoesNotFitIsRefusedInMebibytes() {
        let plan = plan(samples: 20_000, widths: [8, 640], [Metric(kind: .cka)])
        let needed = WorkerMemory.required(plan)
        #expect(throws: Never.self) { try WorkerMemory.check(plan, bytes: needed) }
        let complaint = #expect(throws: Complaint.self) { try WorkerMemory.check(plan, bytes: needed - 1) }
        #expect(complaint?.kind == .request && complaint?.place == "--memory")
        #expect(complaint?.what.hasPrefix("matrices over all pairs of 20000 samples need \(needed >> 20) MiB") == true)
        let lists = self.plan([Metric(kind: .mutualKNN, k: 5)])
        let other = #expect(throws: Complaint.self) { try WorkerMemory.check(lists, bytes: 1 << 20) }
        #expect(other?.what.contains("values of layer '") == true)
    }
}
