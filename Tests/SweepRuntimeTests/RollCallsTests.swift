import Testing

@testable import SweepRuntime

struct RollCallsTests {
    private let start = ContinuousClock.now

    @Test func everybodyIsAskedForSeveralTimesAndThenNoMore() {
        var calls = RollCalls()
        let isDueAtFirst = calls.isDue(start)
        #expect(calls.next == nil && !isDueAtFirst)
        calls.schedule(peers: 8, now: start)
        var times: [Duration] = []
        for step in 0..<200 {
            let now = start + .milliseconds(10 * step)
            if calls.isDue(now) { times.append(now - start) }
        }
        #expect(times.first == .zero)
        #expect(times.count == 4 && times.last.map { $0 >= .milliseconds(700) && $0 < .seconds(1) } == true)
        #expect(calls.next == nil)
    }

    @Test(arguments: [(10, 26), (4_000, 3)])
    func whoHangsUpAllTheTimeCausesFewCalls(peers: Int, most: Int) {
        var calls = RollCalls()
        var count = 0
        for step in 0..<1_000 {
            let now = start + .milliseconds(step)
            calls.schedule(peers: peers, now: now)
            if calls.isDue(now) { count += 1 }
        }
        #expect((1...most).contains(count))
        // And the last to hang up is noticed.
        #expect(calls.next.map { $0 <= start + .seconds(2) } == true)
    }
}
