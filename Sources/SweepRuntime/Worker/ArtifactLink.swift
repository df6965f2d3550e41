internal import Foundation
internal import SweepModel
internal import SweepProtocol
internal import Synchronization
internal import WorkerCore
internal import ZeroMQ

/// What the thread that computes and the one that owns the socket pass each other about artifacts.
final class ArtifactLink: ArtifactChannel {
    private struct State {
        var incoming: [ArtifactEvent] = []
        var outgoing: [ArtifactMessage] = []
        var isAway = true
        var isWanted = true
    }

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)
    private let wakeUp: WakeUp

    /// What nobody waits for is forgotten: more is never asked for ahead.
    private static let incomingLimit = 64

    /// - Parameter wakeUp: of the thread that owns the socket.
    init(wakeUp: WakeUp) { self.wakeUp = wakeUp }

    // MARK: The thread that owns the socket

    /// The coordinator is there again, or away.
    func set(isAway: Bool) {
        state.withLock { state in
            state.isAway = isAway
            // What was said over another connection is worth nothing over this one.
            state.outgoing = []
            state.incoming = isAway ? [] : [.reconnected]
        }
        arrival.signal()
    }

    func deliver(_ message: ArtifactMessage) {
        state.withLock { state in
            if state.incoming.count == Self.incomingLimit { state.incoming.removeFirst() }
            state.incoming.append(.said(message))
        }
        arrival.signal()
    }

    /// What is to be sent.
    func takeOutgoing() -> [ArtifactMessage] {
        state.withLock { state in
            defer { state.outgoing = [] }
            return state.outgoing
        }
    }

    /// What is being computed is wanted, or wanted no more.
    func set(isWanted: Bool) { state.withLock { $0.isWanted = isWanted } }

    // MARK: The thread that computes

    func send(_ message: ArtifactMessage) {
        state.withLock { if !$0.isAway { $0.outgoing.append(message) } }
        wakeUp.signal()
    }

    func next(within duration: Duration) -> ArtifactEvent? {
        let deadline = DispatchTime.now() + duration.inSeconds
        while true {
            if let event = state.withLock({ $0.incoming.isEmpty ? nil : $0.incoming.removeFirst() }) { return event }
            if arrival.wait(timeout: deadline) == .timedOut { return nil }
        }
    }

    var isAway: Bool { state.withLock { $0.isAway } }
    var isWanted: Bool { state.withLock { $0.isWanted } }
}
