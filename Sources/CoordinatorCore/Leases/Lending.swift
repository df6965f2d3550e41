internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// Threads of workers without work, lent to workers on the same host that are at something long.
///
/// A layer is the work of one worker, which shares it with as many threads as the coordinator allows, at every moment. So no core of a host
/// is idle while one of its workers makes a layer, neither at the start of a sweep nor at its end. Nobody waits for anything: a worker whose
/// threads are lent is given work as if they were not, and then they are taken back.
extension Coordinator {
    /// All workers are looked at, no more often than this.
    private static let interval = Duration.milliseconds(10)

    /// Tells workers how many threads they may use now, where that has changed.
    mutating func lend(_ now: Duration) {
        guard lendingIsStale, now >= nextLending, active.contains(where: { sweeps[$0]?.isPrepared == false }) else {
            return
        }
        lendingIsStale = false
        nextLending = now + Self.interval
        let candidates = workers.indices.filter { workers[$0].map(canBorrow) ?? false }
        // Mostly nobody can use what others have, and nothing is to be taken back.
        guard !candidates.isEmpty || isLending else { return }
        var spare: [String: Int] = [:]
        for case let worker? in workers where worker.isUsable && worker.leases.isEmpty {
            spare[worker.hello.host, default: 0] += worker.hello.threads
        }
        let borrowers = Dictionary(grouping: candidates) { workers[$0]?.hello.host ?? "" }
        var allowances: [Int: Int] = [:]
        for (host, slots) in borrowers {
            guard let threads = spare[host] else { continue }
            for (position, slot) in slots.enumerated() {
                guard let hello = workers[slot]?.hello else { continue }
                let share = threads / slots.count + (position < threads % slots.count ? 1 : 0)
                allowances[slot] = min(hello.threads + share, hello.processors)
            }
        }
        isLending = !allowances.isEmpty
        for slot in workers.indices {
            guard let worker = workers[slot] else { continue }
            let threads = allowances[slot] ?? worker.hello.threads
            guard threads != worker.allowance else { continue }
            workers[slot]?.allowance = threads
            send(.allowance(threads: threads), to: worker.peer)
        }
    }

    /// Whether a worker may use more threads than its own, and what it is at can be shared by threads, and is long enough.
    private func canBorrow(_ worker: WorkerRecord) -> Bool {
        guard worker.hello.processors > worker.hello.threads, worker.condition != .hung,
            let number = worker.leases.first, let record = leases[number],
            let work = sweeps[record.sweep]?.work
        else { return false }
        return switch record.kind {
        case .survey, .tiles: false
        case .layer(let layer), .step(let layer, _): work.layers[layer] > NominalWork.leastSharedSeconds
        }
    }
}
