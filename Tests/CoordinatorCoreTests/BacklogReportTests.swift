import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("What is left to do")
struct BacklogReportTests {
    private func backlog(_ desk: inout Desk) throws -> Backlog {
        guard case .backlog(let backlog)? = desk.ask(.backlog, as: Identity(name: "eve", role: .observer)) else {
            throw ProtocolError("no backlog")
        }
        return backlog
    }

    /// A single layer of many samples is work for many.
    @Test func layersThatAreSharedAreManyItems() throws {
        var desk = Desk()
        _ = desk.submit(SweepPlan.fixture(layers: [1], samples: 70_000))
        #expect(try backlog(&desk).items == 1 + 45 + 1)
        desk.join(1)
        desk.join(2)
        var left: [Int] = []
        for _ in 0..<200 {
            for peer: Peer in [1, 2] { if let lease = desk.held(by: peer).first { desk.answer(lease, peer) } }
            left.append(try backlog(&desk).items)
        }
        #expect(left == left.sorted(by: >) && left.last == 0)
        #expect(Set(left).count > 20)
    }

    @Test func itFallsFromEverythingToNothing() throws {
        var desk = Desk()
        #expect(
            try backlog(&desk)
                == Backlog(tiles: 0, items: 0, seconds: 0, workers: 0, activeSweeps: 0, workerBytes: 0))
        let plan = SweepPlan.fixture(layers: [100, 2])
        _ = desk.submit(plan, workerBytes: 5)
        _ = desk.submit(SweepPlan.fixture(layers: [1]), workerBytes: 3)
        // 102 layers are two blocks and so three tiles.
        #expect(
            try backlog(&desk)
                == Backlog(
                    tiles: 3 + 1, items: 2 + 102 + 3 + 1 + 1 + 1, seconds: nil, workers: 0, activeSweeps: 2,
                    workerBytes: 5))
        desk.join(1)
        var least = Int.max
        for _ in 0..<1_000 {
            guard let lease = desk.held(by: 1).first else { break }
            desk.answer(lease, 1)
            let now = try backlog(&desk)
            #expect(now.items <= least && now.workers == 1)
            least = now.items
        }
        #expect(
            try backlog(&desk)
                == Backlog(tiles: 0, items: 0, seconds: 0, workers: 1, activeSweeps: 0, workerBytes: 0))
    }
}
