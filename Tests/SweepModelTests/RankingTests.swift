import Testing

@testable import SweepModel

struct RankingTests {
    private func same(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }

    @Test func ranksShareTheirMeanAndSkipWhatIsLeftOut() {
        let ranking = Ranking([3, .nan, 1, 3, 2, 3])
        #expect(same(ranking.ranks(), [4, .nan, 1, 4, 2, 4]))
        #expect(same(ranking.ranks { $0 != 0 && $0 != 2 }, [.nan, .nan, .nan, 2.5, 1, 2.5]))
        #expect(same(ranking.restricted(to: [5, 1, 4, 2]).ranks(), [3, .nan, 2, 1]))
        #expect(same(Ranking([-0.0, 0, -1]).ranks(), [2.5, 2.5, 1]))
    }
}
