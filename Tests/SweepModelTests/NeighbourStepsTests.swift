import Testing

@testable import SweepModel

struct NeighbourStepsTests {
    @Test func fewSamplesAreNotDivided() {
        #expect(NeighbourSteps(sampleCount: 65_536, width: 8) == nil)
        #expect(NeighbourSteps(sampleCount: 65_537, width: 8) != nil)
        // Unless they are so wide that it takes long all the same.
        #expect(NeighbourSteps(sampleCount: 40_000, width: 600) == nil)
        #expect(NeighbourSteps(sampleCount: 40_000, width: 768) != nil)
        #expect(NeighbourSteps(sampleCount: 16_384, width: 100_000) == nil)
    }

    @Test(arguments: [65_537, 66_000, 73_728, 100_000, 1_000_000, 12_345_678])
    func everyTwoBlocksMeetOnce(_ n: Int) throws {
        let steps = try #require(NeighbourSteps(sampleCount: n, width: 8))
        #expect((7...8).contains(steps.blocks.count))
        #expect(steps.blocks.first?.lowerBound == 0 && steps.blocks.last?.upperBound == n)
        for (block, next) in zip(steps.blocks, steps.blocks.dropFirst()) {
            #expect(block.upperBound == next.lowerBound)
        }
        #expect(steps.blocks.allSatisfy { !$0.isEmpty && $0.lowerBound % NeighbourSteps.rowMultiple == 0 })
        var met: [[Int]] = []
        var listed: [Int] = []
        for index in 0..<steps.count {
            switch steps[index] {
            case .candidates(let a, let b):
                #expect(index < steps.candidateCount && a <= b)
                met.append([a, b])
            case .lists(let block):
                #expect(index >= steps.candidateCount)
                listed.append(block)
            }
        }
        let all = steps.blocks.indices.flatMap { a in (a..<steps.blocks.count).map { [a, $0] } }
        #expect(Set(met) == Set(all) && met.count == all.count)
        #expect(listed == Array(steps.blocks.indices))
    }

    @Test func sharesOfProductsMakeTheWhole() throws {
        let steps = try #require(NeighbourSteps(sampleCount: 70_000, width: 8))
        let sum = (0..<steps.candidateCount).reduce(0) { $0 + steps.share($1) }
        #expect(abs(sum - 1) < 1e-12)
    }

    @Test func onlyNeighboursAreFoundInSteps() {
        func plan(_ samples: Int, _ metric: Metric) -> SweepPlan {
            SweepPlan(
                sampleCount: samples, models: [("m", "/m.h5", 1, [(0, "", 8)])], xModels: [0], yModels: nil,
                metrics: [metric])
        }
        #expect(plan(100_000, Metric(kind: .cknna, k: 5)).neighbourSteps != nil)
        #expect(plan(100_000, Metric(kind: .cka)).neighbourSteps == nil)
        #expect(plan(1_000, Metric(kind: .cknna, k: 5)).neighbourSteps == nil)
    }
}
