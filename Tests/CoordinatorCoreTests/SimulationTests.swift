import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Simulated clusters")
struct SimulationTests {
    @Test(arguments: 0..<240 as Range<UInt64>)
    func everySweepEndsAndCommitsEveryTileOnce(seed: UInt64) {
        var cluster = SimulatedCluster(seed: seed)
        guard cluster.run() else {
            Issue.record(
                "the sweep never ends: \(cluster.desk.ledger.tilesDone) of \(cluster.desk.plan.grid.tileCount) tiles")
            return
        }
        let desk = cluster.desk
        let (plan, ledger) = (desk.plan, desk.ledger)
        #expect(desk.ending == .done)

        let grid = plan.grid
        let tiles = (0..<grid.blockRows).flatMap { row in
            (grid.firstColumn(ofRow: row)..<grid.blockColumns).map { WorkItem.tile(row: row, column: $0) }
        }
        let failedTiles = tiles.filter { ledger.failures[$0] != nil }
        #expect(Set(desk.commits).count == desk.commits.count, "a tile is committed twice")
        #expect(Set(desk.commits).union(failedTiles) == Set(tiles))
        #expect(Set(desk.commits).isDisjoint(with: failedTiles))
        #expect(ledger.tilesDone == desk.commits.count)

        for layer in plan.layers.indices {
            #expect((ledger.layers[layer] != nil) != (ledger.failures[.layer(layer)] != nil))
        }
        for model in plan.models.indices {
            #expect((ledger.surveys[model] != nil) != (ledger.failures[.survey(model: model)] != nil))
        }
        #expect(ledger.seconds.surveys == Double(ledger.surveysDone))
        #expect(ledger.seconds.layers == Double(ledger.layersDone))
        #expect(ledger.seconds.tiles == Double(ledger.tilesDone))

        // Every assignment but an item's first follows on a retry.
        let items = desk.assigned.map(\.assignment.attempt.item)
        #expect(ledger.retries == items.count - Set(items).count)
        let lost = desk.reports.count { if case .workerLost = $0 { true } else { false } }
        #expect(ledger.lostWorkers == lost)
        let joined = desk.reports.count { if case .workerJoined = $0 { true } else { false } }
        #expect(joined >= 1 && desk.coordinator.workerCount <= joined - lost)
    }
}
