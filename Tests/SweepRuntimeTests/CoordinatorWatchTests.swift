import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

struct CoordinatorWatchTests {
    @Test func nobodyWaitsForAnAnswerThatDoesNotCome() async {
        await #expect(throws: Complaint.self) {
            try await OneAnswer<Int>.wait(.milliseconds(20), late: Complaint(.work, "late", at: "", advice: "")) { _ in
            }
        }
    }

    @Test func theFirstAnswerCounts() async throws {
        let late = Complaint(.work, "late", at: "", advice: "")
        let answer = try await OneAnswer<Int>.wait(.seconds(60), late: late) { answer in
            answer.settle(.success(1))
            answer.settle(.success(2))
            answer.settle(.failure(late))
        }
        #expect(answer == 1)
    }

    @Test func isThereBeforeTheCoordinatorAndAfterIt() async {
        let watch = CoordinatorWatch()
        #expect(watch.health == CoordinatorHealth(phase: .starting, silentSeconds: 0))
        await #expect { try await watch.overview() } throws: { "\($0)".contains("still reading its journal") }
        await #expect { try await watch.latestIncidents(1) } throws: { "\($0)".contains("still reading its journal") }
        watch.leave()
        #expect(watch.health.phase == .stopping)
        await #expect { try await watch.matrix(of: SweepID(1), metric: nil) } throws: {
            "\($0)".contains("is stopping")
        }
    }

    @Test func countsWhatFactsSay() {
        var totals = WorkTotals()
        let id = SweepID(1)
        let failure = Complaint(.work, "", at: "", advice: "")
        totals.count(.tiles(id, TileScores(row: 0, columns: 2..<5, bytes: []), seconds: 1, flops: 7))
        totals.count(.failure(id, .layer(1), failure))
        totals.count(.ended(id, .done))
        totals.count(Incident("worker-lost", "", count: 3))
        totals.count(Incident("worker-lost", ""))
        #expect(totals.tilesScored == 3 && totals.flops == 7 && totals.givenUp == 1)
        #expect(totals.incidents == ["worker-lost": 4])
    }
}
