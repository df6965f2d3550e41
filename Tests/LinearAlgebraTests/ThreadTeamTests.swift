import Foundation
import Synchronization
import Testing

@testable import LinearAlgebra

@Suite("Threads that share a layer")
struct ThreadTeamTests {
    @Test(arguments: [1, 2, 5], [0, 1, 3, 1000])
    func everyIndexIsDoneOnce(_ threads: Int, _ count: Int) {
        let done = Mutex([Int](repeating: 0, count: count))
        ThreadTeam(threads).forEach(count) { worker, index in
            done.withLock { $0[index] += 1 }
            if !(0..<threads).contains(worker) { Issue.record("there is no thread \(worker)") }
        }
        #expect(done.withLock { $0.allSatisfy { $0 == 1 } })
    }

    @Test func runsCoverAllIndices() {
        let done = Mutex(IndexSet())
        ThreadTeam(3).forEachRun(107, of: 10) { _, run in done.withLock { $0.insert(integersIn: run) } }
        #expect(done.withLock { $0 } == IndexSet(0..<107))
    }

    /// How many work at each time, and that no two have the same number.
    private final class Attendance: Sendable {
        private let state = Mutex((present: Set<Int>(), most: 0, clashes: 0))

        func work(_ worker: Int, _ body: () -> Void) {
            state.withLock { state in
                if !state.present.insert(worker).inserted { state.clashes += 1 }
                state.most = max(state.most, state.present.count)
            }
            body()
            state.withLock { _ = $0.present.remove(worker) }
        }

        var clashes: Int { state.withLock { $0.clashes } }
        /// The most at a time since the last call.
        func takeMost() -> Int {
            state.withLock { state in
                defer { state.most = state.present.count }
                return state.most
            }
        }
    }

    /// Whoever is allowed later joins what is under way; whoever is not any more leaves it.
    @Test func threadsJoinAndLeaveWhatIsUnderWay() {
        let allowance = ThreadAllowance(1)
        let attendance = Attendance()
        let seen = Mutex((before: 0, between: 0, after: 0))
        ThreadTeam(allowance, most: 3).forEach(300) { worker, index in
            attendance.work(worker) {
                Thread.sleep(forTimeInterval: 0.001)
                switch index {
                case 50:
                    let most = attendance.takeMost()
                    seen.withLock { $0.before = most }
                    allowance.set(3)
                case 150:
                    let most = attendance.takeMost()
                    seen.withLock { $0.between = most }
                    allowance.set(1)
                case 200: _ = attendance.takeMost()
                case 299:
                    let most = attendance.takeMost()
                    seen.withLock { $0.after = most }
                default: break
                }
            }
        }
        let (before, between, after) = seen.withLock { ($0.before, $0.between, $0.after) }
        #expect(before == 1 && after == 1)
        #expect((2...3).contains(between))
        #expect(attendance.clashes == 0)
    }

    @Test func noMoreThanAreThereJoin() {
        let attendance = Attendance()
        ThreadTeam(ThreadAllowance(100), most: 2).forEach(200) { worker, _ in
            attendance.work(worker) { Thread.sleep(forTimeInterval: 0.0005) }
        }
        #expect(attendance.takeMost() <= 2 && attendance.clashes == 0)
    }
}
