import SweepModel
import Testing

@testable import AlignmentMetrics

struct NeighbourListsTests {
    @Test func tiesAreCountedAtEachBoundary() throws {
        let lists = try #require(artifacts([[1], [2], [3], [3], [4], [5]], normalization: .none, k: 5).neighbours)
        #expect(lists.indices.suffix(5) == [4, 2, 3, 1, 0])
        #expect(lists.tiedRows == [0, 2, 2, 0, 0])
        #expect(lists.tiedShare(atK: 2) == 2.0 / 6)
        #expect(lists.tiedShare(atK: 5) == 0)
    }

    @Test func twoDistinctRowsTieEverywhereButBetweenTheirGroups() throws {
        let rows = [[1.0, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]]
        let lists = try #require(artifacts(rows, k: 5).neighbours)
        #expect(lists.indices.prefix(5) == [2, 4, 1, 3, 5])
        #expect(lists.tiedRows == [6, 0, 6, 6, 0])
    }

    @Test func aTieBeyondTheListIsSeen() throws {
        let lists = try #require(artifacts([[1], [2], [3], [3], [4], [5]], normalization: .none, k: 2).neighbours)
        #expect(lists.tiedRows == [0, 2])
    }

    /// 0.7 + 0.2 + 0.1 and 0.1 + 0.7 + 0.2 are the same number but for rounding.
    @Test func equalSumsReachedInDifferentOrdersAreTied() throws {
        let rows = [[1.0, 1, 1], [0.7, 0.1, 0.2], [0.1, 0.2, 0.7], [-1, -1, -1], [-2, -2, -2]]
        #expect(PlainMetrics.similarity(rows[0], rows[1]) != PlainMetrics.similarity(rows[0], rows[2]))
        let lists = try #require(artifacts(rows, normalization: .none, k: 1).neighbours)
        #expect(lists.indices[0] == 2)
        #expect(lists.tiedRows == [1])
    }

    /// The first neighbours of long lists are the short ones, and so is all that is said of them.
    @Test(arguments: LayerKind.allCases)
    func longListsBeginWithShortOnes(_ kind: LayerKind) throws {
        let rows = kind.rows(60, 8, seed: 4)
        let long = try #require(artifacts(rows, k: 40).neighbours)
        for k in [1, 3, 39, 40] {
            let short = try #require(artifacts(rows, k: k).neighbours)
            #expect(long.first(k) == short)
            #expect(NeighbourFacts(long.first(k), groups: nil) == NeighbourFacts(short, groups: nil))
        }
    }

    @Test func duplicatesNeverListThemselves() throws {
        let lists = try #require(artifacts(LayerKind.duplicated.rows(60, 8, seed: 1), k: 59).neighbours)
        for i in 0..<60 {
            let list = lists.indices[(i * 59)..<((i + 1) * 59)]
            #expect(Set(list).count == 59 && !list.contains(Int32(i)))
            #expect(list.first == Int32(i ^ 1))
        }
    }
}
