import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Who gets what, and when")
struct DistributionTests {
    @Test func surveysGoFirstAndTheLargestModelFirstOfAll() {
        var desk = Desk(.fixture(layers: [1, 1, 1], bytes: [20, 30, 10]))
        for peer in [1, 2, 3] as [Peer] { desk.join(peer) }
        #expect(
            desk.assigned.map(\.assignment.attempt.item) == [.survey(model: 1), .survey(model: 0), .survey(model: 2)])
    }

    @Test func layersComeAfterTheirSurveyAndCarryWhatItFound() {
        var desk = Desk(.fixture(layers: [2, 3]))
        desk.join(1)
        while desk.ending == nil {
            for (_, assignment) in desk.assigned {
                guard case .layer(let layer) = assignment.attempt.item else { continue }
                let model = desk.plan.layers[layer].model
                #expect(desk.ledger.surveys[model] != nil)
                #expect(
                    assignment.inputs == .layer(clipThresholds: [Double(model) + 0.5], digest: "digest \(layer)"))
            }
            desk.answer(1)
        }
        #expect(Set(desk.assigned.map(\.assignment.attempt.item)).count == 2 + 5 + 1)
    }

    @Test func layersThatAreClippedByThemselvesGetTheirOwnThreshold() {
        let plan = SweepPlan(
            sampleCount: 100,
            models: [("m", "/m.h5", 1, [(0, "a", 1), (2, "c", 1), (PlannedLayer.concatenation, "all", 3)])],
            xModels: [0], yModels: nil, metrics: [Metric(kind: .cka)])
        var desk = Desk(plan)
        desk.join(1)
        desk.answer(
            1, .survey(ModelSurvey(clipThresholds: [7, 8, 9], layerDigests: ["a", "c", "all"], warnings: [])))
        desk.work([1])
        let inputs = desk.assigned.map(\.assignment.inputs)
        #expect(inputs.contains(.layer(clipThresholds: [7], digest: "a")))
        #expect(inputs.contains(.layer(clipThresholds: [9], digest: "c")))
        #expect(inputs.contains(.layer(clipThresholds: [7, 8, 9], digest: "all")))
    }

    @Test func tilesWaitForEveryLayerOfTheirRowsAndColumns() {
        var desk = Desk(.fixture(layers: [64, 64, 10], x: [0, 1, 2], y: [2, 0]))
        desk.join(1)
        desk.join(2)
        var seen = 0
        while desk.ending == nil {
            for (_, assignment) in desk.assigned[seen...] {
                guard case .tile(let row, let column) = assignment.attempt.item else { continue }
                let needed =
                    desk.plan.grid.rowRange(row).map { desk.plan.xLayers[$0] }
                    + desk.plan.grid.columnRange(column).map { desk.plan.yLayers[$0] }
                #expect(needed.allSatisfy { desk.ledger.layers[$0] != nil }, "tile (\(row), \(column)) came too early")
            }
            seen = desk.assigned.count
            desk.answer(desk.held[1]?.isEmpty == false ? 1 : 2)
        }
        #expect(Set(desk.commits).count == 6 && desk.commits.count == 6)
    }

    @Test func aTileCarriesTheArtifactsOfItsLayersInOrder() throws {
        var desk = Desk(
            .fixture(
                layers: [1, 2], x: [1, 0], y: [0], metrics: [Metric(kind: .mutualKNN, k: 10), Metric(kind: .cka)]))
        desk.join(1)
        desk.work([1])
        let tile = try #require(desk.assigned.last?.assignment)
        func names(_ layers: [Int]) -> [ArtifactNames] {
            layers.map { ArtifactNames([.neighbours: "neighbours \($0)", .gram: "gram \($0)"]) }
        }
        #expect(tile.inputs == .tile(rows: names([1, 2, 0]), columns: names([0])))
    }

    @Test func tilesOfAFinishedBlockDoNotWaitForTheRest() {
        var desk = Desk(.fixture(layers: [64, 64, 64], bytes: [3, 2, 1]))
        desk.join(1)
        desk.work([1]) { !$0.items(of: 1).contains(.survey(model: 1)) || $0.ledger.layersDone < 64 }
        desk.work([1]) { $0.ledger.surveysDone < 3 }
        // One worker prepares model 2's layers while the other has only tiles left.
        desk.join(2)
        desk.work([1, 2]) { desk in
            !desk.items(of: 2).contains { if case .tile = $0 { true } else { false } } || desk.ending != nil
        }
        desk.work([1, 2])
        #expect(desk.ending == .done && desk.commits.count == 6)
    }

    @Test func layersGoToTheWorkerThatSurveyedTheirModel() {
        var desk = Desk(.fixture(layers: [6, 6]))
        desk.join(1)
        desk.join(2)
        desk.work([1, 2])
        for peer in [1, 2] as [Peer] {
            let items = desk.items(of: peer)
            let surveyed = items.compactMap { if case .survey(let model) = $0 { model } else { nil } }
            let prepared = items.compactMap {
                if case .layer(let layer) = $0 { desk.plan.layers[layer].model } else { nil }
            }
            #expect(surveyed.count == 1 && prepared.count == 6)
            #expect(prepared.allSatisfy { surveyed.contains($0) })
        }
    }

    @Test func aWorkerWithoutLayersOfItsOwnHelpsOthers() {
        var desk = Desk(.fixture(layers: [12]))
        desk.join(1)
        desk.join(2)
        #expect(desk.held[2] == nil)
        desk.work([1, 2])
        let layers = desk.items(of: 2).count { if case .layer = $0 { true } else { false } }
        #expect(layers >= 4)
    }

    @Test func aWorkerStaysInItsBlockRow() {
        var desk = Desk(.fixture(layers: [256, 192], x: [0], y: [1]))
        desk.join(1)
        desk.work([1])
        let rows = desk.items(of: 1).compactMap { if case .tile(let row, _) = $0 { row } else { nil } }
        #expect(rows == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    }

    @Test func severalWorkersChangeRowsSeldom() {
        var desk = Desk(.fixture(layers: [320]))
        let peers: [Peer] = [1, 2, 3]
        for peer in peers { desk.join(peer) }
        desk.work(peers)
        let changes = peers.map { peer in
            let rows = desk.items(of: peer).compactMap { if case .tile(let row, _) = $0 { row } else { nil } }
            return zip(rows, rows.dropFirst()).count { $0 != $1 }
        }
        #expect(desk.commits.count == 15)
        #expect(changes.reduce(0, +) <= 8, "of 12 steps from one tile to the next")
    }

    @Test func aWorkerHoldsTwoItemsWhileThereIsPlentyAndOneAtTheEnd() {
        var desk = Desk(.fixture(layers: [40, 40]))
        desk.join(1)
        desk.join(2)
        var most = 0
        desk.work([1, 2]) { desk in
            most = max(most, desk.held.values.map(\.count).max() ?? 0)
            let waiting = 2 + 80 + 3 - desk.ledger.surveysDone - desk.ledger.layersDone - desk.commits.count
            if waiting < 4 { #expect(desk.held.values.allSatisfy { $0.count <= 1 }) }
            return true
        }
        #expect(most == 2)
    }

    @Test func everyTileIsCommittedOnceAndEverythingIsAcknowledged() {
        var desk = Desk(
            .fixture(layers: [100, 30, 64], metrics: [Metric(kind: .cka), Metric(kind: .mutualKNN, k: 5)]))
        let peers: [Peer] = [1, 2, 3, 4]
        for peer in peers { desk.join(peer) }
        desk.work(peers)
        #expect(desk.ending == .done)
        #expect(desk.commits.count == desk.plan.grid.tileCount && Set(desk.commits).count == desk.commits.count)
        let acknowledged = desk.sent.compactMap {
            if case .acknowledgement(let attempt) = $0.message { attempt } else { nil }
        }
        #expect(Set(acknowledged) == Set(desk.assigned.map(\.assignment.attempt)))
        #expect(
            desk.ledger.tilesDone == desk.commits.count && desk.ledger.layersDone == 194 && desk.ledger.surveysDone == 3
        )
        #expect(desk.ledger.seconds.surveys == 3 && desk.ledger.seconds.layers == 194)
        #expect(desk.ledger.flops == 10 * Double(194 + desk.commits.count))
        #expect(desk.ledger.retries == 0 && desk.ledger.lostWorkers == 0)
        for peer in peers {
            #expect(desk.messages(to: peer).last == .shutdown || desk.messages(to: peer).contains(.shutdown))
        }
    }
}
