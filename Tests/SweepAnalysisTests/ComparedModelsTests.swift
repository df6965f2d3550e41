import Testing

@testable import SweepAnalysis

struct ComparedModelsTests {
    private static let nan = Double.nan
    private static let square = scored("a", [[1, 0.2, 0.4], [0.6, 1, nan], [0.8, 0.5, 1]], isSymmetric: false)

    @Test func aSymmetricSweepComparesEveryTwoModelsOnce() {
        let compared = ComparedModels(scored(side(["a", "b", "c"]), [Self.square]))
        #expect(compared.pairs.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
    }

    @Test func directionsAreAveragedAndBothAreNeeded() {
        let compared = ComparedModels(scored(side(["a", "b", "c"]), [Self.square]))
        let n = Self.nan
        #expect(
            same(compared.matrix(Self.square).map { ($0 * 1e9).rounded() / 1e9 }, [n, 0.4, 0.6, 0.4, n, n, 0.6, n, n]))
    }

    @Test func theDiagonalIsNoPairEvenWhereItHasTheSameName() {
        let sweep = scored(
            side(["a", "b"]), side(["b", "c"]), [scored("s", [[0.1, 0.2], [1, 0.4]])])
        let compared = ComparedModels(sweep)
        #expect(compared.models.map(\.name) == ["a", "b", "c"])
        #expect(compared.xPositions == [0, 1] && compared.yPositions == [1, 2])
        let n = Self.nan
        #expect(same(compared.matrix(sweep.metrics[0]), [n, 0.1, 0.2, 0.1, n, 0.4, 0.2, 0.4, n]))
        #expect(compared.pairs.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
    }

    @Test func aPairInBothDirectionsOfACrossSweepCountsOnce() {
        let rows = [[1, 0.25], [0.75, 1]]
        let sweep = scored(side(["a", "b"]), side(["b", "a"]), [scored("s", rows.map { Array($0.reversed()) })])
        let compared = ComparedModels(sweep)
        #expect(compared.pairs.count == 1)
        #expect(
            compared.matrix(
                scored("s", [[0.25, 1], [1, 0.75]], isSymmetric: false).scores, isSymmetricMetric: false)[1] == 0.5)
        #expect(compared.matrix(sweep.metrics[0])[1] == 0.25)
    }

    @Test func modelsOfOneSideAreNotCompared() {
        let compared = ComparedModels(scored(side(["a", "b"]), side(["c"]), [scored("s", [[0.5], [0.25]])]))
        #expect(compared.pairs.map { [$0.first, $0.second] } == [[0, 2], [1, 2]])
        #expect(compared.matrix(scored("s", [[0.5], [.infinity]])).filter(\.isFinite) == [0.5, 0.5])
    }

    @Test func networksAreSharedOnlyWhereTheyAreKnown() {
        let models = side(["a", "b", "c", "d"], attributes: ["network": ["n", "n", "", ""]])
        let compared = ComparedModels(scored(models, []))
        #expect(compared.pairs.filter(compared.sharesNetwork).map { [$0.first, $0.second] } == [[0, 1]])
    }

    @Test func scoresOfBothSidesAreJoined() {
        let sweep = scored(
            side(["a", "b"], scores: ["s": [1, .nan]], lower: ["s"]),
            side(["b", "c"], scores: ["s": [2, 3], "t": [.nan, 4]]),
            [])
        let compared = ComparedModels(sweep)
        #expect(compared.scoreNames == ["s", "t"] && compared.lowerIsBetter == ["s"])
        #expect(compared.scores["s"] == [1, 2, 3])
        #expect(same(compared.scores["t"] ?? [], [.nan, .nan, 4]))
    }

    @Test func groupsAreSidesOrTwoModalitiesOrAll() {
        func groups(_ modalities: [String]) -> [ComparisonGroup] {
            let names = modalities.indices.map { "m\($0)" }
            return ComparedSweep(scored(side(names, attributes: ["modality": modalities]), [])).groups
        }
        let two = groups(["v", "l", "v", ""])
        #expect(two.map(\.subjects) == [.modality("l"), .modality("v")])
        #expect(two.map(\.members) == [[1], [0, 2]] && two.map(\.references) == [[0, 2], [1]])
        #expect(groups(["v", "l", "a"]).map(\.subjects) == [.allModels])
        #expect(groups(["v", "v"]).map(\.members) == [[0, 1]])
        let cross = ComparedSweep(scored(side(["a"]), side(["b", "c"]), [])).groups
        #expect(cross.map(\.subjects) == [.xModels, .yModels] && cross[1].members == [1, 2])
    }
}
