internal import Dispatch
internal import Synchronization

/// Work on one layer shared by threads of this process: what they do may not depend on who does it.
enum ThreadTeam {
    /// Calls `body` for every index below `count`, on up to `threads` threads, and returns when all are done. Indices are begun in
    /// ascending order; `worker`, below `threads`, is the same for no two calls at a time.
    static func forEach(_ count: Int, threads: Int, _ body: (_ worker: Int, _ index: Int) -> Void) {
        guard threads > 1, count > 1 else {
            for index in 0..<count { body(0, index) }
            return
        }
        let next = Atomic(0)
        withoutActuallyEscaping(body) { body in
            // All calls have returned before this one does; that they share nothing but what is made for it is the caller's part.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: min(threads, count)) { worker in
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < count else { return }
                    body(worker, index)
                }
            }
        }
    }

    /// Calls `body` for consecutive runs of the indices below `count`, `length` of them at a time.
    static func forEachRun(
        _ count: Int, of length: Int, threads: Int, _ body: (_ worker: Int, _ run: Range<Int>) -> Void
    ) {
        forEach((count + length - 1) / length, threads: threads) { worker, index in
            body(worker, index * length..<min((index + 1) * length, count))
        }
    }
}
