import Testing

@testable import Projection

/// Negative samples from a list.
private struct RecordedNegatives: NegativeSource {
    let samples: [Int]
    var position = 0

    mutating func next(below bound: Int) -> Int {
        defer { position += 1 }
        return samples[position]
    }
}

struct LayoutDescentTests {
    private func descent(_ golden: Golden.Layout) -> LayoutDescent {
        LayoutDescent(
            points: points(golden.start).map { SIMD2<Float>($0) },
            schedule: EdgeSchedule(heads: golden.heads, tails: golden.tails, periods: golden.periods),
            curve: EmbeddingCurve(a: golden.a, b: golden.b), learningRate: golden.rate)
    }

    /// umap-learn's own numba code and a NumPy transcription, from the same start with the same choices: one epoch at the full rate,
    /// after which rounding has grown too far, and three at a fiftieth of it.
    @Test func epochsAreUmapLearns() throws {
        for golden in try Golden.load([Golden.Layout].self, "layout") {
            var negatives = RecordedNegatives(samples: golden.negatives)
            var descent = descent(golden)
            descent.run(0..<golden.epochs, of: golden.total, negatives: &negatives)
            let found = descent.points.map { SIMD2<Double>($0) }
            #expect(negatives.position == golden.negatives.count)
            #expect(largestDifference(found, points(golden.umapPoints)) < 1e-4)
            #expect(largestDifference(found, points(golden.transcribedPoints)) < 1e-4)
            #expect(largestDifference(found, points(golden.start)) > 0.1, "something has moved")
        }
    }

    @Test func epochsCanBeRunInPieces() throws {
        let golden = try #require(try Golden.load([Golden.Layout].self, "layout").first)
        var (whole, pieces) = (descent(golden), descent(golden))
        var (a, b) = (NegativeStream(seed: 1), NegativeStream(seed: 1))
        whole.run(0..<20, of: 500, negatives: &a)
        pieces.run(0..<7, of: 500, negatives: &b)
        pieces.run(7..<20, of: 500, negatives: &b)
        #expect(whole.points == pieces.points)
    }

    @Test func schedulesVisitEveryDirectedEdgeByItsWeight() {
        let graph = FuzzyGraph(rows: [[(1, 0.8), (2, 0.2)], [(0, 0.8)], [(0, 0.2)]])
        let schedule = EdgeSchedule(graph)
        #expect(schedule.heads == [0, 1, 2, 0] && schedule.tails == [1, 0, 0, 2])
        #expect(schedule.periods == [1, 1, 4, 4])
    }
}
