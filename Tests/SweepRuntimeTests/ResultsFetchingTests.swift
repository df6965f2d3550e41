import FeatureStore
import Foundation
import SweepAnalysis
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import SweepRuntime

extension ProcessSuite {
    /// Not beside processes that are being started: those hold the locks of the stores for a moment.
    @Suite("Fetched results")
    struct ResultsFetchingTests {
        private let folder: TemporaryFolder
        private let endpoints: EndpointFolder
        private let prepared: PreparedSweep

        /// 70 layers of x and 3 of y are two tiles below each other.
        init() throws {
            folder = try TemporaryFolder()
            endpoints = try EndpointFolder()
            for (name, layers) in [("x", 70), ("y", 3)] {
                try StoreFixture(model: name, samples: 6, widths: Array(repeating: 2, count: layers), seed: 1)
                    .write(folder.file(name + ".h5"))
            }
            var spec = SweepSpec()
            spec.x = [folder.file("x.h5")]
            spec.y = [folder.file("y.h5")]
            spec.metrics = [.cka]
            prepared = try PreparedSweep(spec)
        }

        private func findings(_ state: SweepStatus.State, tiles: Int, layers: Int? = nil) throws -> SweepFindings {
            var status = SweepStatus.half(1, state)
            status.tiles = 2
            let summary = LayerSummary(
                diagnostics: .init(clippedShare: 0, isConstant: false, effectiveRank: 2, meanCosine: 0.5),
                neighbourhood: nil, chanceFactors: [:], artifacts: [:])
            return SweepFindings(
                status: status, dossier: try SweepDossier(prepared, isLocal: true).encoded(),
                surveys: prepared.plan.models.map { model in
                    ModelSurvey(
                        clipThresholds: [1], layerDigests: model.layers.map { _ in String(repeating: "0", count: 32) },
                        warnings: [])
                },
                layers: Array(repeating: summary, count: layers ?? prepared.plan.layers.count), hosts: ["host"],
                blasCores: ["Core"], tilesDone: tiles, retries: 1, lostWorkers: 0, surveySeconds: 1, layerSeconds: 2,
                tileSeconds: 3, flops: 4, wallSeconds: 5, failures: [])
        }

        private func block(row: Int, columns: Range<Int> = 0..<1, count: Int? = nil) -> TileScores {
            let values = (0..<(count ?? (row == 0 ? 64 : 6) * 3)).map { Double(1000 * row + $0) }
            let scores = TileScores(row: row, column: 0, values: values)
            return TileScores(row: row, columns: columns, bytes: scores.bytes)
        }

        private func fetch(_ findings: SweepFindings, _ blocks: [TileScores]) throws -> FetchedSweep {
            let endpoint = endpoints.endpoint(UUID().uuidString)
            let coordinator = try FakeCoordinator(at: endpoint) { asked, _ in
                switch asked.request {
                case .findings: return [.reply(.findings(findings))]
                case .scores(_, let cursor):
                    let place = cursor.map(Int.init) ?? 0
                    let next = place + 1 < blocks.count ? Int64(place + 1) : nil
                    return [.reply(.scores(place < blocks.count ? [blocks[place]] : [], next: next))]
                default: return []
                }
            }
            defer { coordinator.stop() }
            var client = try CoordinatorClient(
                try EndpointArgument(endpoint), credentials: try ClientCredentials(),
                settings: ClientSettings(patience: .seconds(10)))
            let result = Result { try client.results(of: SweepID(1)) }
            client.close()
            return try result.get()
        }

        @Test func aCompleteSweepIsWhole() throws {
            let fetched = try fetch(try findings(.complete, tiles: 2), [block(row: 0), block(row: 1)])
            #expect(fetched.sweep.isComplete)
            #expect(fetched.sweep.table.scores[0][0..<4] == [0, 1, 2, 3])
            #expect(Array(fetched.sweep.table.scores[0][(64 * 3)...]) == (0..<18).map { 1000 + Double($0) })
            #expect(fetched.stores.map(\.model) == ["x", "y"])
            #expect(fetched.sweep.sampleIDs == (0..<6).map { "sample \($0)" })
            #expect(fetched.sweep.history.retries == 1)
        }

        @Test(arguments: [SweepStatus.State.running, .cancelled, .failed])
        func aSweepThatIsNotDoneIsPartial(_ state: SweepStatus.State) throws {
            let fetched = try fetch(try findings(state, tiles: 1), [block(row: 1)])
            #expect(!fetched.sweep.isComplete)
            #expect(fetched.sweep.history.failures == ["1 tiles: the sweep is \(state.rawValue)"])
            #expect(fetched.sweep.table.scores[0][0].isNaN && fetched.sweep.table.scores[0][64 * 3] == 1000)
        }

        @Test func whatDoesNotFitThePlanIsRefused() throws {
            let good = try findings(.complete, tiles: 2)
            for block in [
                block(row: 2), block(row: 0, columns: 1..<2), block(row: 0, columns: 0..<2), block(row: 1, count: 17),
            ] {
                #expect(throws: Complaint.self) { try fetch(good, [block]) }
            }
            #expect(throws: Complaint.self) { try fetch(try findings(.complete, tiles: 2, layers: 72), []) }
            var damaged = good
            damaged.dossier.removeLast()
            #expect(throws: Complaint.self) { try fetch(damaged, []) }
        }
    }
}
