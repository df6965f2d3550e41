internal import Dispatch
internal import Synchronization

/// How many threads a process may use at the moment, as others say while it works.
///
/// Whoever works looks at it again and again: threads join work that is under way, and leave it, and no result depends on when.
package final class ThreadAllowance: Sendable {
    private let threads: Atomic<Int>

    package init(_ threads: Int) { self.threads = Atomic(max(1, threads)) }

    package var count: Int { threads.load(ordering: .relaxed) }

    package func set(_ threads: Int) { self.threads.store(max(1, threads), ordering: .relaxed) }
}

/// Threads of this process that share the work on a matrix or a layer: what they do may not depend on who does it.
package struct ThreadTeam: Sendable, ExpressibleByIntegerLiteral {
    /// So many at most work at a time: whoever works has a number below this, the same as nobody else at that time.
    package let most: Int
    private let allowance: ThreadAllowance

    /// A team of up to `most` threads, and of no more than the `allowance` at each time.
    package init(_ allowance: ThreadAllowance, most: Int) {
        self.allowance = allowance
        self.most = max(1, most)
    }

    package init(_ threads: Int) { self.init(ThreadAllowance(threads), most: threads) }

    package init(integerLiteral threads: Int) { self.init(threads) }

    /// How many it is now.
    package var count: Int { min(most, allowance.count) }

    /// No more than `threads` of it.
    package func first(_ threads: Int) -> ThreadTeam { ThreadTeam(allowance, most: min(threads, most)) }

    /// Calls `body` for every index below `count` and returns when all are done. Indices are begun in ascending order; `worker` is the
    /// number of the thread.
    package func forEach(_ count: Int, _ body: (_ worker: Int, _ index: Int) -> Void) {
        guard most > 1, count > 1 else {
            for index in 0..<count { body(0, index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            // All calls have returned before this one does; that they share nothing but what is made for it is the caller's part.
            nonisolated(unsafe) let body = body
            let group = DispatchGroup()
            let roster = Roster(count, most: most)
            @Sendable func work(_ worker: Int) {
                while let (index, recruits) = roster.next(for: worker, allowed: allowance.count) {
                    for recruit in recruits { DispatchQueue.global().async(group: group) { work(recruit) } }
                    body(worker, index)
                }
            }
            work(0)
            group.wait()
        }
    }

    /// Calls `body` for consecutive runs of the indices below `count`, `length` of them at a time.
    package func forEachRun(_ count: Int, of length: Int, _ body: (_ worker: Int, _ run: Range<Int>) -> Void) {
        forEach((count + length - 1) / length) { worker, index in
            body(worker, index * length..<min((index + 1) * length, count))
        }
    }
}

/// Who works on what is left of a run of indices. Number 0 is the thread that waits for all others, and stays to the end.
private final class Roster: Sendable {
    private struct State {
        var next = 0
        /// Numbers that nobody has.
        var free: [Int]
    }

    private let count: Int
    private let most: Int
    private let state: Mutex<State>

    init(_ count: Int, most: Int) {
        self.count = count
        self.most = most
        state = Mutex(State(free: Array((1..<most).reversed())))
    }

    /// The next index for `worker`, and the numbers of those who are to join; nil where nothing is left, or `worker` is one too many.
    func next(for worker: Int, allowed: Int) -> (index: Int, recruits: [Int])? {
        state.withLock { state in
            let working = most - state.free.count
            guard state.next < count, worker == 0 || working <= allowed else {
                if worker != 0 { state.free.append(worker) }
                return nil
            }
            defer { state.next += 1 }
            var recruits: [Int] = []
            // Whoever joins needs an index of their own.
            let wanted = min(min(allowed, most) - working, count - state.next - 1)
            while recruits.count < wanted, let number = state.free.popLast() { recruits.append(number) }
            return (state.next, recruits)
        }
    }
}
