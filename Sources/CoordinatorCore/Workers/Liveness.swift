internal import SweepModel
internal import SweepProtocol

/// Who is lost, hung or too slow.
extension Coordinator {
    mutating func tick(_ now: Duration) {
        defer { lastTick = now }
        if let lastTick, now - lastTick > settings.ownStallLimit {
            for worker in workers {
                worker?.lastSeen = now
                worker?.progressedAt = now
            }
            return
        }
        for slot in workers.indices {
            guard let worker = workers[slot] else { continue }
            if let silence = silence(of: worker, now) {
                // Its connection stands, or the transport would have said so.
                lose(slot, because: "it was silent for \(Int(silence)) s: stopped, hung up or cut off", now)
            } else if let stall = stall(of: worker, now) {
                hang(slot, stall)
            }
        }
        if offences.count >= settings.offenderLimit {
            offences = offences.filter { now - $0.value.since < .seconds(60) }
        }
        keepSomebodyUsable()
        if !isStopping { doubleStragglers(now) }
    }

    /// Seconds of silence, where they are too many. Who was given work a moment ago has had no time to say anything.
    private func silence(of worker: WorkerRecord, _ now: Duration) -> Double? {
        guard let first = worker.leases.first else {
            return now - worker.lastSeen > settings.idleSilenceLimit ? (now - worker.lastSeen).inSeconds : nil
        }
        let since = max(worker.lastSeen, leases[first]?.sentAt ?? .zero)
        return now - since > settings.silenceLimit ? (now - worker.lastSeen).inSeconds : nil
    }

    /// Seconds without progress of a worker that is alive and has work, where they are too many.
    private func stall(of worker: WorkerRecord, _ now: Duration) -> Double? {
        guard worker.condition != .hung, let first = worker.leases.first, let record = leases[first] else { return nil }
        let expected = prediction(record.currentItem, of: record.sweep, worker) ?? 0
        let stall = now - max(worker.progressedAt, record.sentAt)
        guard stall > settings.stallLimit, stall.inSeconds > 10 * expected else { return nil }
        return stall.inSeconds
    }

    /// It is alive, and its compute thread is not: what it holds runs elsewhere, and it gets nothing more.
    private mutating func hang(_ slot: Int, _ seconds: Double) {
        guard let worker = workers[slot] else { return }
        let count = worker.leases.reduce(0) { $0 + (leases[$1]?.itemCount ?? 0) }
        worker.condition = .hung
        report(
            "worker-hung",
            "\(worker.title) is alive but has made no progress for \(Int(seconds)) s; \(count.counted("work item")) to be done by others",
            isWarning: true, worker: worker)
        for number in worker.leases {
            if let record = leases[number] { sweeps[record.sweep]?.ledger.noteRetry(record.itemCount) }
            takeBack(number)
            send(.shrink(lease: number, end: 0), to: worker.peer)
        }
    }

    // MARK: The tail

    /// Work that others hold and have not begun goes to workers that have nothing to do.
    mutating func relieve(_ now: Duration) {
        nextRelief = now + .milliseconds(20)
        guard !leases.isEmpty else { return }
        var candidates: [(number: UInt64, seconds: Double)] = []
        for (number, record) in leases {
            guard let worker = workers[record.worker], now - record.sentAt > .milliseconds(20),
                record.itemCount > 1 || worker.leases.first != number
            else { continue }
            let perItem = prediction(record.currentItem, of: record.sweep, worker) ?? 1
            let seconds = perItem * Double(record.itemCount)
            if seconds > 0.05 { candidates.append((number, seconds)) }
        }
        // Nothing depends on the order of a hash table.
        candidates.sort { ($0.seconds, $1.number) > ($1.seconds, $0.number) }
        var free = idle.count { workers[$0]?.isUsable == true }
        for candidate in candidates where free > 0 {
            guard let record = leases[candidate.number], let worker = workers[record.worker] else { continue }
            free -= 1
            if worker.leases.first != candidate.number {
                takeBack(candidate.number)
                send(.shrink(lease: candidate.number, end: 0), to: worker.peer)
            } else {
                let open = record.open.ranges.flatMap(Array.init)
                cut(candidate.number, at: open[(open.count + 1) / 2])
            }
        }
        if free < idle.count { serveIdle(now) }
    }

    /// A tile, layer or survey that takes its worker far longer than it would take an idle one is given to that one as well; whoever
    /// is done first counts.
    private mutating func doubleStragglers(_ now: Duration) {
        guard !idle.isEmpty, !leases.isEmpty, active.allSatisfy({ (sweeps[$0]?.readyCount ?? 0) == 0 }) else { return }
        var stragglers: [(number: UInt64, seconds: Double)] = []
        for (number, record) in leases {
            guard let worker = workers[record.worker], worker.leases.first == number, !record.isSpeculative,
                let average = sweeps[record.sweep]?.costs.seconds(record.currentItem)
            else { continue }
            let elapsed = (now - max(record.answeredAt, record.sentAt)).inSeconds
            let expected = average * worker.slowness
            // Who is late is expected to need as long again.
            let left = elapsed < expected ? expected - elapsed : elapsed
            if elapsed > 2, left > 1.5 * average + 1 { stragglers.append((number, left)) }
        }
        stragglers.sort { ($0.seconds, $1.number) > ($1.seconds, $0.number) }
        for straggler in stragglers {
            guard let record = leases[straggler.number], let state = sweeps[record.sweep], state.isActive else {
                continue
            }
            let item = record.currentItem
            guard state.doubled[item] == nil, !state.troubled.contains(where: { $0.item == item }),
                let slot = idle.first(where: { slot in
                    guard let worker = workers[slot] else { return false }
                    return slot != record.worker && worker.isUsable && worker.leases.isEmpty
                        && obstacle(worker, state) == nil
                })
            else { continue }
            leases[straggler.number]?.isSpeculative = true
            let number = lease(LeasedWork(item), of: record.sweep, to: slot, now)
            leases[number]?.isSpeculative = true
            state.doubled[item] = [straggler.number, number]
            idle.removeAll { $0 == slot }
            workers[slot]?.queue = .none
            enqueue(slot)
        }
    }
}
