import Testing

@testable import Projection

struct MapQualityTests {
    @Test func figuresAreScikitLearnsAndSciPys() throws {
        let golden = try Golden.load(Golden.Scaling.self, "scaling")
        let embedded = points(golden.embedded)
        let quality = MapQuality(try clusteredDistances(golden.n), embedded)
        let neighbours = try #require(quality.neighbours)
        #expect(neighbours.neighbours == 10)
        #expect(abs(neighbours.trustworthiness - golden.preservation[0]) < 1e-12)
        #expect(abs(neighbours.continuity - golden.preservation[1]) < 1e-12)
        #expect(abs(neighbours.recall - golden.preservation[2]) < 1e-12)
        #expect(abs(try #require(quality.stress1) - golden.stress1) < 1e-12)
        #expect(abs(try #require(quality.rankCorrelation) - golden.spearman) < 1e-12)
        let ties = MapQuality(try clusteredDistances(golden.n, quantum: 0.25), embedded)
        #expect(abs(try #require(ties.rankCorrelation) - golden.spearmanTies) < 1e-12)
    }

    @Test func aFaithfulMapIsPerfectAtAnyScale() throws {
        let map = (0..<12).map { SIMD2(Double($0 * $0 % 7), Double($0)) }
        let quality = MapQuality(try distances(map), map.map { $0 * 16 })
        #expect(quality.neighbours?.trustworthiness == 1 && quality.neighbours?.continuity == 1)
        #expect(quality.neighbours?.recall == 1)
        #expect(try #require(quality.stress1) < 1e-12)
        #expect(try #require(quality.rankCorrelation) > 1 - 1e-12)
    }

    /// Trustworthiness and continuity are defined for k below n/2 only.
    @Test(arguments: [(3, 1), (4, 1), (20, 9), (21, 10), (60, 10)])
    func fewModelsHaveFewerNeighbours(_ n: Int, _ k: Int) throws {
        let map = (0..<n).map { SIMD2(Double($0), Double($0 % 3)) }
        #expect(MapQuality(try distances(map), map).neighbours?.neighbours == k)
    }

    @Test func whatIsUndefinedIsNil() throws {
        let pair = MapQuality(try distances([SIMD2(0, 0), SIMD2(1, 0)]), [SIMD2(0, 0), SIMD2(1, 0)])
        #expect(pair.neighbours == nil && pair.rankCorrelation == nil && pair.stress1 == 0)
        let collapsed = MapQuality(try clusteredDistances(5), [SIMD2<Double>](repeating: .zero, count: 5))
        #expect(collapsed.stress1 == nil && collapsed.rankCorrelation == nil)
    }

    /// The first of three neighbours torn away to the far end: both figures by hand.
    @Test func intrudersAndTornNeighboursAreToldApart() throws {
        let line = try distances((0..<5).map { SIMD2(Double($0), 0) })
        // Model 1 moves beyond model 4.
        let map = [0, 10, 2, 3, 4].map { SIMD2(Double($0), 0) }
        let found = try #require(NeighbourPreservation(line, map, requested: 1))
        // Near in the distances: 1 0 1 2 3 (ties to the lower index); in the map: 2 4 3 2 3.
        // Intruders' ranks in the distances: of 0, model 2: 2; of 1, model 4: 4; of 2, model 3: 2. Less k: 1 + 3 + 1.
        #expect(abs(found.trustworthiness - (1 - 2.0 / (5 * (10 - 3 - 1)) * 5)) < 1e-12)
        // Torn: of 0, model 1 is 4th; of 1, model 0 is 4th; of 2, model 1 is 4th: 3 + 3 + 3.
        #expect(abs(found.continuity - (1 - 2.0 / (5 * (10 - 3 - 1)) * 9)) < 1e-12)
        #expect(abs(found.recall - 2.0 / 5) < 1e-12)
    }
}
