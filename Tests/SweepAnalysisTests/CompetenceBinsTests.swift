import Testing

@testable import SweepAnalysis

struct CompetenceBinsTests {
    @Test func aTaskIsSolvedAtFourFifthsOfTheBest() {
        let models = side(
            ["a", "b", "c", "d"],
            scores: ["vtab:one": [1, 0.8, 0.79, .nan], "vtab:two": [10, 12.5, 12.6, .nan], "other": [1, 1, 1, 1]],
            lower: ["vtab:two"])
        let shares = SolvedTasks.shares(ComparedModels(scored(models, [])))
        #expect(same(shares ?? [], [1, 1, 0, .nan]))
        #expect(SolvedTasks.shares(ComparedModels(scored(side(["a"], scores: ["other": [1]]), []))) == nil)
    }

    @Test func pairsAcrossBinsDoNotCount() throws {
        let low: [Double] = [0.25, 0.25, 0.25, -9, -9, -9]
        let high: [Double] = [-9, -9, -9, 0.75, 0.75, 0.75]
        let rows = [low, low, low, high, high, high]
        let models = side((0..<6).map { "m\($0)" }, scores: ["s": [1, 2, 3, 4, 5, 6]])
        let section = try #require(CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)]))).first)
        #expect(section.bins.map { $0.alignment.value?.mean } == [0.25, 0.75])
        #expect(section.bins.map(\.alignment.n) == [3, 3] && section.bins.map(\.lower) == [1, 4])
        #expect(section.bins.map { $0.alignment.value?.standardError } == [0, 0])
    }

    @Test func missingPairsLowerTheirNumber() throws {
        var rows = [[Double]](repeating: [0.5, 0.5, 0.5, 0.5], count: 4)
        (rows[0][1], rows[1][0]) = (.nan, .nan)
        let models = side((0..<4).map { "m\($0)" }, scores: ["s": [1, 2, 3, 4]])
        let bin = try #require(CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)]))).first?.bins.first)
        #expect(bin.alignment.n == 5 && bin.alignment.value?.modelCount == 4)
    }

    @Test func aModelInEveryPairHasNoJackknife() {
        let pairs = [ComparedModels.Pair(first: 0, second: 1), .init(first: 0, second: 2), .init(first: 0, second: 3)]
        let found = PairMean.of(pairs, matrix: [Double](repeating: 0.5, count: 16), count: 4)
        #expect(found.n == 3 && found.value?.modelError.reason == "one model is in every pair")
    }
}
