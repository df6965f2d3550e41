internal import Dispatch
internal import SweepModel
internal import Synchronization

/// What waits for the journal's thread, and how far that got.
final class JournalQueue: Sendable {
    typealias Read = @Sendable () -> Void

    /// What the thread does next: the writes come first.
    struct Work: Sendable {
        var facts: [[JournalEntry]] = []
        var ticket: UInt64?
        var bytes = 0
        var read: Read?
        var isLast = false
    }

    private struct State {
        var next = Work()
        var factCount = 0
        var reads: [Read] = []
        var backlogBytes = 0
        var committed: UInt64?
        var failure: Complaint?
        var isClosing = false
        /// Whether the thread was woken for what waits.
        var isWoken = false
    }

    /// Fewer facts than this wait a little for more, so that one trip to the disk serves them all.
    private static let fullGroup = 64
    private static let groupDelay = DispatchTimeInterval.milliseconds(5)

    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    var committed: (ticket: UInt64?, failure: Complaint?) { state.withLock { ($0.committed, $0.failure) } }
    var backlogBytes: Int { state.withLock { $0.backlogBytes } }

    func append(_ facts: [JournalEntry], ticket: UInt64) {
        let bytes = facts.reduce(0) { $0 + $1.journalBytes }
        change { state in
            guard state.failure == nil, !state.isClosing else { return }
            state.next.facts.append(facts)
            state.next.ticket = ticket
            state.next.bytes += bytes
            state.factCount += facts.count
            state.backlogBytes += bytes
        }
    }

    /// Queues `read`; false where nothing is read any more.
    func append(_ read: @escaping Read) -> Bool {
        change { state in
            guard !state.isClosing else { return false }
            state.reads.append(read)
            return true
        }
    }

    /// Has the thread end once everything queued is done; false where that was asked for before.
    func close() -> Bool {
        change { state in
            defer { state.isClosing = true }
            return !state.isClosing
        }
    }

    /// Waits for work and takes it.
    func take() -> Work {
        wakeUps.wait()
        waitForMore()
        let (work, isWorkLeft) = state.withLock { state in
            var work = state.next
            (state.next, state.factCount) = (Work(), 0)
            if !state.reads.isEmpty { work.read = state.reads.removeFirst() }
            work.isLast = state.isClosing && state.reads.isEmpty
            state.isWoken = !state.reads.isEmpty
            return (work, state.isWoken)
        }
        if isWorkLeft { wakeUps.signal() }
        return work
    }

    /// Says how the writing of `work` went.
    func finish(_ work: Work, _ failure: Complaint?) {
        state.withLock { state in
            if let failure {
                state.failure = failure
                (state.next, state.factCount, state.backlogBytes) = (Work(), 0, 0)
            } else {
                state.committed = work.ticket
                state.backlogBytes -= work.bytes
            }
        }
    }

    private func waitForMore() {
        let end = DispatchTime.now() + Self.groupDelay
        while mayWait() {
            if wakeUps.wait(timeout: end) == .timedOut { return }
        }
    }

    private func mayWait() -> Bool {
        state.withLock { state in
            guard (1..<Self.fullGroup).contains(state.factCount), state.reads.isEmpty, !state.isClosing else {
                return false
            }
            state.isWoken = false
            return true
        }
    }

    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, wasWoken) = state.withLock { state in
            let value = body(&state)
            defer { state.isWoken = true }
            return (value, state.isWoken)
        }
        if !wasWoken { wakeUps.signal() }
        return value
    }
}

extension JournalEntry {
    /// About the memory that it takes while it waits.
    fileprivate var journalBytes: Int {
        switch self {
        case .tiles(_, let scores, _, _, _): scores.bytes.count + 64
        case .submitted(let record): record.context.count + record.dossier.count + record.spec.utf8.count + 256
        case .participant, .survey, .layer, .failure, .retried, .ended, .forgotten, .incident: 512
        }
    }
}
