import SweepCost
import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Progress by work")
struct WorkloadTests {
    /// Few items of little work, and one tile that is most of it.
    private static let plan = SweepPlan.fixture(
        layers: [6, 6], samples: 1000, metrics: [Metric(kind: .procrustes), Metric(kind: .cknna, k: 100)])

    private func status(_ desk: inout Desk, _ id: SweepID) throws -> SweepStatus {
        guard case .statuses(let statuses)? = desk.ask(.status(id)) else { throw ProtocolError("no status") }
        return try #require(statuses.first)
    }

    /// Answers by the plan's weights, on a host that is three times as slow.
    private func seconds(_ lease: Lease, _ work: NominalWork) -> Double {
        switch lease.work {
        case .survey(let model): 3 * work.surveys[model]
        case .layer(let layer): 3 * work.layers[layer]
        case .step: 0
        case .tiles(let row, let columns): 3 * columns.reduce(0) { $0 + work.tile(row: row, column: $1) }
        }
    }

    @Test func aTileThatIsMostOfTheWorkIsMostOfTheProgress() throws {
        var desk = Desk()
        let work = NominalWork(Self.plan)
        let all = work.surveys.reduce(0, +) + work.layers.reduce(0, +) + work.allTiles
        #expect(work.allTiles > 0.5 * all)
        let id = desk.submit(Self.plan)
        desk.join(1)
        var spent = 0.0
        var shares: [Double] = []
        while let lease = desk.held(by: 1).first, desk.coordinator.sweeps[id]?.ledger.layersDone != 12 {
            let took = seconds(lease, work)
            desk.now += .seconds(took)
            spent += took
            desk.answer(lease, 1, seconds: took)
            shares.append(try status(&desk, id).progress)
        }
        #expect(shares == shares.sorted())
        var now = try status(&desk, id)
        #expect(now.done == 14 && now.total == 15)
        #expect(abs(now.progress - spent / (3 * all)) < 0.02, "\(now.progress)")
        // By what layers took, the host's speed is known, and so is the time that the tile will take.
        let left = try #require(now.remainingSeconds)
        #expect(abs(left - 3 * work.allTiles) < 0.1 * left)
        // The tile's own time counts while it is computed.
        desk.now += .seconds(left / 2)
        let half = try status(&desk, id)
        #expect(half.progress > now.progress + 0.2 && half.progress < 1)
        #expect(abs((half.remainingSeconds ?? 0) - left / 2) < 0.01 * left)
        desk.now += .seconds(100 * left)
        now = try status(&desk, id)
        #expect(now.progress < 1 && now.remainingSeconds ?? 0 > 0)
        desk.work(1)
        now = try status(&desk, id)
        #expect(now.state == .complete && now.progress == 1)
    }

    /// Before anything is measured, the plan's own seconds are better than none.
    @Test func theTimeLeftIsKnownFromTheFirstWorkerOn() throws {
        var desk = Desk()
        let work = NominalWork(Self.plan)
        let id = desk.submit(Self.plan)
        #expect(try status(&desk, id).remainingSeconds == nil)
        desk.join(1)
        let all = work.surveys.reduce(0, +) + work.layers.reduce(0, +) + work.allTiles
        #expect(abs((try status(&desk, id).remainingSeconds ?? 0) - all) < 1e-9 * all)
    }

    @Test func edgesOfTheGridWeighLess() {
        let plan = SweepPlan.fixture(layers: [70, 70])
        let work = NominalWork(plan)
        var queue = TileQueue(grid: plan.grid)
        var sum = 0.0
        for row in 0..<plan.grid.blockRows {
            for column in row..<plan.grid.blockColumns {
                queue.finish(row: row, columns: column..<column + 1)
                sum += work.tile(row: row, column: column)
                #expect(abs(queue.doneWeight(work.tile) - sum) < 1e-9 * sum)
            }
        }
        #expect(abs(sum - work.allTiles) < 1e-9 * sum && work.tile(row: 2, column: 2) < work.tile(row: 0, column: 0))
    }

    /// What an earlier coordinator had done weighs the same for the next.
    @Test func aSweepThatGoesOnIsAsFarAsItWas() throws {
        var desk = Desk()
        let id = desk.submit(Self.plan)
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        let before = try status(&desk, id)
        var next = Desk()
        for fact in desk.facts { try next.coordinator.replay(fact) }
        _ = next.coordinator.finishReplay(nextSweep: SweepID(2), now: .zero) { _ in true }
        let after = try #require(next.coordinator.status(of: id, now: .zero))
        #expect(abs(after.progress - before.progress) < 1e-9 && after.layersPrepared == 12)
    }
}
