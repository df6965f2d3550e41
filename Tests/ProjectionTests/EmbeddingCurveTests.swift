import Foundation
import Testing

@testable import Projection

struct EmbeddingCurveTests {
    @Test func fitsAreUmapLearns() throws {
        for golden in try Golden.load([Golden.Curve].self, "curves") {
            let curve = EmbeddingCurve(spread: golden.spread, minDist: golden.minDist)
            #expect(abs(curve.a - golden.ab[0]) < 1e-6 && abs(curve.b - golden.ab[1]) < 1e-6)
        }
    }

    @Test func theDefaultsAreThePublishedOnes() {
        let curve = EmbeddingCurve(spread: 1, minDist: 0.1)
        #expect(abs(curve.a - 1.57694346) < 1e-6 && abs(curve.b - 0.89506088) < 1e-6)
    }

    /// Over the table's whole range, also for b above 1.
    @Test(arguments: [0.1, 0.5]) func tabulatedForcesAreTheFormulas(_ minDist: Double) {
        let curve = EmbeddingCurve(spread: 1, minDist: minDist)
        let (a, b) = (curve.a, curve.b)
        let (attraction, repulsion) = (ForceTable.attraction(curve), ForceTable.repulsion(curve))
        var worst = 0.0
        for step in -6000...4000 {
            let squared = Float(pow(2, Double(step) / 200))
            let x = Double(squared)
            let pull = -2 * a * b * pow(x, b - 1) / (1 + a * pow(x, b))
            let push = 2 * b / ((0.001 + x) * (1 + a * pow(x, b)))
            worst = max(worst, abs(Double(attraction.withReader { $0(squared) }) / pull - 1))
            worst = max(worst, abs(Double(repulsion.withReader { $0(squared) }) / push - 1))
        }
        #expect(worst < 4e-6)
        #expect(abs(Double(repulsion.withReader { $0(0) }) / (2000 * b) - 1) < 1e-5)
        #expect(attraction.withReader { $0(0) }.isFinite && attraction.withReader { $0(1e9) } < 0)
    }
}
