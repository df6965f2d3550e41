import Testing

@testable import ColourStudy

struct GeometryTests {
    @Test(arguments: ColourStudyGolden.cases.indices)
    func alignmentsAreThoseOfSciPy(index: Int) throws {
        let golden = ColourStudyGolden.cases[index]
        let alignment = try SpatialAlignment(golden.source, onto: golden.target)
        #expect(abs(alignment.residual - golden.residual) < 1e-12)
        #expect(alignment.isReflected == golden.isReflected)
        let proper = golden.isReflected ? alignment.otherResidual : alignment.residual
        #expect(abs(proper - golden.properResidual) < 1e-12)
        // The residual is that of the points which are handed out.
        let centre = golden.target.reduce(.zero, +) / Double(golden.target.count)
        let left = zip(alignment.points, golden.target).reduce(0.0) { sum, pair in
            let d = pair.0 - pair.1
            return sum + (d * d).sum()
        }
        let all = golden.target.reduce(0.0) { sum, point in
            let d = point - centre
            return sum + (d * d).sum()
        }
        #expect(abs(left / all - golden.residual) < 1e-12)
        let squares = alignment.rootMeanSquare * alignment.rootMeanSquare * Double(golden.target.count)
        #expect(abs(squares - left) < 1e-9 * left)
    }

    @Test(arguments: ColourStudyGolden.cases.indices)
    func comparisonsAreThoseOfSciPy(index: Int) throws {
        let golden = ColourStudyGolden.cases[index]
        func distances(_ points: [SIMD3<Double>]) -> ColourDistances {
            ColourDistances(features: points.flatMap { [$0.x, $0.y, $0.z] }, count: points.count)
        }
        let comparison = DistanceComparison(
            distances(golden.source), distances(golden.target), permutations: 999, seed: 1)
        let (spearman, cka) = (try #require(comparison.spearman), try #require(comparison.unbiasedCKA))
        #expect(abs(spearman - golden.spearman) < 1e-12 && abs(cka - golden.unbiasedCKA) < 1e-10)
        let (p, q) = (try #require(comparison.spearmanP), try #require(comparison.unbiasedCKAP))
        // Little noise leaves no doubt.
        if golden.spearman > 0.7 { #expect(p <= 0.002 && q <= 0.002) }
        #expect(p >= 0.001 && p <= 1 && q >= 0.001)
    }

    /// Unrelated distances have any p alike: of 200 a twentieth is below 0.05.
    @Test func pIsUniformByChance() {
        var below = 0
        for seed in UInt64(0)..<200 {
            let points = Self.cloud(14, seed: 1000 + seed)
            let others = Self.cloud(14, seed: 5000 + seed)
            let comparison = DistanceComparison(points, others, permutations: 99, seed: seed)
            if (comparison.spearmanP ?? 0) <= 0.05 { below += 1 }
        }
        #expect((2...22).contains(below), "\(below)")
    }

    /// Distances of points in space are found again, up to what no map can show.
    @Test func scalingFindsWhatThereIs() throws {
        let distances = Self.cloud(20, seed: 3)
        let scaling = SpatialScaling(distances, fits: 5, seed: 1)
        #expect(scaling.stress < 1e-3 && scaling.stresses.count == 5 && scaling.hasConverged)
        #expect(scaling.stress == scaling.stresses.min())
        let found = ColourDistances(features: scaling.points.flatMap { [$0.x, $0.y, $0.z] }, count: 20)
        for (a, b) in zip(found.pairs, distances.pairs) { #expect(abs(a - b) < 0.02) }
        let again = SpatialScaling(distances, fits: 5, seed: 1)
        #expect(again.points == scaling.points)
        #expect(SpatialScaling(distances, fits: 5, seed: 2).points != scaling.points)
    }

    @Test func whatDoesNotVaryHasNoCorrelation() {
        let same = ColourDistances(count: 6, values: (0..<36).map { $0 / 6 == $0 % 6 ? 0 : 2 })
        let comparison = DistanceComparison(same, Self.cloud(6, seed: 1), permutations: 9, seed: 0)
        #expect(comparison.spearman == nil && comparison.unbiasedCKA == nil && comparison.spearmanP == nil)
    }

    private static func cloud(_ count: Int, seed: UInt64) -> ColourDistances {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        let features = (0..<(3 * count)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / 0x1p30
        }
        return ColourDistances(features: features, count: count)
    }
}
