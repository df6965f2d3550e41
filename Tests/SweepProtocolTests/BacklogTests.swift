import SweepProtocol
import Testing

@Suite("How many workers a backlog deserves")
struct BacklogTests {
    private func backlog(items: Int, seconds: Double?) -> Backlog {
        Backlog(tiles: items, items: items, seconds: seconds, workers: 0, activeSweeps: 1, workerBytes: 0)
    }

    @Test(
        "By its seconds, its items and the limit",
        arguments: [
            (0, 0.0, 20, 0), (0, nil, 20, 0), (100, nil, 20, 1), (100, 0, 20, 1), (100, 60, 20, 1), (100, 61, 20, 2),
            (100, 599, 20, 10), (100, 1e30, 20, 20), (7, 1e30, 20, 7), (100, Double.infinity, 20, 1),
            (100, Double.nan, 20, 1), (100, 600, 0, 0), (100, -5, 20, 1),
        ] as [(Int, Double?, Int, Int)])
    func wanted(_ items: Int, _ seconds: Double?, _ limit: Int, _ expected: Int) {
        #expect(backlog(items: items, seconds: seconds).workersWanted(target: 60, limit: limit) == expected)
    }
}
