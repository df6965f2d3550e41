import SweepModel
import Testing

@testable import SweepRuntime
@testable import WorkerCore

@Suite("Memory of a worker")
struct WorkerMemoryTests {
    private func plan(samples: Int = 1000, widths: [Int] = [8, 64], _ metrics: [Metric]) -> SweepPlan {
        SweepPlan(
            sampleCount: samples, models: [("m", "/m.h5", 1, widths.enumerated().map { ($0, "", $1) })], xModels: [0],
            yModels: nil, metrics: metrics)
    }

    private func required(_ metrics: Metric...) -> Int { WorkingMemory.required(plan(metrics)) }

    @Test func matricesOverPairsCount() {
        let pairs = 1000 * 999 / 2
        let narrow = required(Metric(kind: .ckaRBF, .bandwidth(1)))
        #expect(narrow > 20 * pairs, "distances, and twice the entries")
        #expect(required(Metric(kind: .cka), Metric(kind: .ckaRBF, .bandwidth(1))) == narrow + 4 * pairs)
        let both = required(Metric(kind: .cka), Metric(kind: .unbiasedCKA), Metric(kind: .ckaRBF, .bandwidth(1)))
        #expect(both == narrow + 4 * pairs, "one artifact serves both")
        #expect(
            required(Metric(kind: .ckaRBF, .bandwidth(1)), Metric(kind: .ckaRBF, .bandwidth(2))) == narrow,
            "one is made after the other")
        #expect(required(Metric(kind: .rsa)) == narrow + 20 * pairs, "ranking sorts")
    }

    @Test func standardisedRowsCount() {
        func required(_ metric: Metric) -> Int { WorkingMemory.required(plan(widths: [2000], [metric])) }
        let neighbours = required(Metric(kind: .mutualKNN, k: 5))
        #expect(required(Metric(kind: .svcca, .dimensions(3))) > neighbours + 16 * 1000 * 2000)
    }

    @Test func theWidestLayerCounts() {
        let metrics = [Metric(kind: .mutualKNN, k: 5)]
        let narrow = WorkingMemory.required(plan(widths: [8, 64], metrics))
        #expect(WorkingMemory.required(plan(widths: [64, 8, 8, 8], metrics)) == narrow)
        #expect(WorkingMemory.required(plan(widths: [65, 8], metrics)) == narrow + 1000 * (2 + 4) + 48)
    }

    @Test func aKernelKeptByItsFactorNeedsNoPairs() {
        let metrics = [Metric(kind: .cka)]
        #expect(WorkingMemory.required(plan(samples: 100_000, widths: [768], metrics)) < 2 << 30)
        #expect(WorkingMemory.required(plan(samples: 30_000, widths: [768], metrics)) > 2 * 30_000 * 29_999)
        #expect(WorkingMemory.required(plan(samples: 30_000, widths: [100, 64], metrics)) < 1 << 28)
    }

    @Test func neighboursOfManySamplesNeedNoWholeLayer() {
        func plan(_ samples: Int, bytes: Int, _ metrics: [Metric]) -> Int {
            WorkingMemory.required(
                SweepPlan(
                    sampleCount: samples, models: [("m", "/m.h5", bytes, [(0, "", 1024)])], xModels: [0], yModels: nil,
                    metrics: metrics))
        }
        let lists = [Metric(kind: .mutualKNN, k: 10)]
        let values = 1_000_000 * 1024
        #expect(plan(1_000_000, bytes: 2 * values, lists) < 2 * values * 3 / 5)
        #expect(plan(1_000_000, bytes: 4 * values, lists) < 4 * values * 2 / 5)
        #expect(plan(1_000_000, bytes: 2 * values, lists + [Metric(kind: .cka)]) > 6 * values)
        // Wide layers of fewer samples too, down to those that are never divided.
        #expect(plan(65_536, bytes: 2 * 65_536 * 1024, lists) < 2 * 65_536 * 1024)
        #expect(plan(16_384, bytes: 2 * 16_384 * 1024, lists) > 6 * 16_384 * 1024)
    }

    @Test func whatDoesNotFitIsRefusedInMebibytes() {
        let plan = plan(samples: 20_000, widths: [8, 640], [Metric(kind: .cka)])
        let needed = WorkingMemory.required(plan)
        #expect(throws: Never.self) { try WorkerMemory.check(plan, bytes: needed) }
        let complaint = #expect(throws: Complaint.self) { try WorkerMemory.check(plan, bytes: needed - 1) }
        #expect(complaint?.kind == .request && complaint?.place == "--memory")
        #expect(complaint?.what.hasPrefix("matrices over all pairs of 20000 samples need \(needed >> 20) MiB") == true)
        let lists = self.plan([Metric(kind: .mutualKNN, k: 5)])
        let other = #expect(throws: Complaint.self) { try WorkerMemory.check(lists, bytes: 1 << 20) }
        #expect(other?.what.contains("values of layer '") == true)
    }
}
