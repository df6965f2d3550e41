import SweepModel
import Testing

@testable import CoordinatorCore

@Suite("Block readiness")
struct BlockReadinessTests {
    @Test func aBlockIsCompleteWithItsLastLayer() {
        var readiness = BlockReadiness(plan: .fixture(layers: [64, 3]))
        for layer in (1..<64).reversed() { #expect(readiness.finish(layer: layer) == (nil, nil)) }
        #expect(readiness.finish(layer: 65) == (nil, nil))
        #expect(readiness.finish(layer: 0) == (0, 0))
        #expect(readiness.finish(layer: 64) == (nil, nil))
        #expect(readiness.finish(layer: 66) == (1, 1))
    }

    @Test func aLayerCountsOnItsOwnSideOnly() {
        var readiness = BlockReadiness(plan: .fixture(layers: [1, 1], x: [0], y: [1]))
        #expect(readiness.finish(layer: 0) == (0, nil))
        #expect(readiness.finish(layer: 1) == (nil, 0))
    }

    @Test func aModelOnBothSidesCountsOnBoth() {
        // Model 1 fills block row 0, and block column 1 because model 0 stands before it.
        var readiness = BlockReadiness(plan: .fixture(layers: [64, 64], x: [1], y: [0, 1]))
        for layer in 64..<127 { #expect(readiness.finish(layer: layer) == (nil, nil)) }
        #expect(readiness.finish(layer: 127) == (0, 1))
        for layer in 0..<63 { #expect(readiness.finish(layer: layer) == (nil, nil)) }
        #expect(readiness.finish(layer: 63) == (nil, 0))
    }
}
