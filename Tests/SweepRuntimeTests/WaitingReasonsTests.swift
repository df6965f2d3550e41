import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

@Suite("Why a sweep is waited for")
struct WaitingReasonsTests {
    private func status(workers: Int) -> SweepStatus {
        SweepStatus(
            id: SweepID(3), name: "s", owner: "ann", priority: 0, state: .running, submitted: 0, modelsSurveyed: 0,
            models: 1,
            layersPrepared: 0, layers: 1, tilesScored: 0, tiles: 1, workers: workers, remainingSeconds: nil, flops: 0,
            retries: 0, failureCount: 0, failures: [], reason: nil)
    }

    @Test func everyTenSeconds() {
        let start = ContinuousClock.now
        var reasons = WaitingReasons(start: start)
        let due = [9, 10, 11, 20, 29].map { reasons.isDue(start + .seconds($0)) }
        #expect(due == [false, true, false, true, false])
    }

    @Test func whatIsNewOnceAndDetailsOnlyWhileNobodyWorks() {
        var reasons = WaitingReasons()
        let none = Explanation("no worker is registered", reasons: ["0 of 1 models are surveyed", "start one"])
        func running(_ items: Int) -> Explanation {
            Explanation("1 workers hold \(items) work items", reasons: ["a worker"])
        }
        let told = [(none, 0), (none, 0), (running(2), 1), (running(7), 1), (none, 0)].map {
            reasons.news($0.0, of: status(workers: $0.1))
        }
        let details = [
            "waiting for sweep 3: no worker is registered", "  - 0 of 1 models are surveyed", "  - start one",
        ]
        // Numbers change all the time, and are no news.
        #expect(told == [details, [], ["waiting for sweep 3: 1 workers hold 2 work items"], [], details])
    }
}
