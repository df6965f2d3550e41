internal import ArtifactStore
internal import CLinux
internal import CoordinatorCore
internal import Foundation
internal import SweepProtocol
internal import Synchronization
internal import ZeroMQ

/// The thread of a coordinator's `ArtifactDesk`: reading and writing files never keeps the loop from its sockets.
final class ArtifactThread: Sendable {
    private enum Item {
        case message(ArtifactMessage, Peer)
        case gone(Peer)
        case discard([String])
    }

    private struct State {
        var incoming: [Item] = []
        /// How many of them are each peer's.
        var counts: [Peer: Int] = [:]
        /// Bytes of pieces among them.
        var pieceBytes = 0
        var outgoing: [ArtifactDesk.Reply] = []
        var next = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let wakeUp: WakeUp

    /// A peer whose requests and pieces are so many ahead of the disk is not honest, or asks again later.
    private static let messagesPerPeer = 32
    /// Pieces of all peers in bytes; honest ones are asked for, and far fewer.
    private static let pieceBytes = 256 << 20
    /// So much is sent in one turn of the loop at most: others wait for their heartbeats and assignments.
    private static let sentPerTurn = 16

    /// - Parameter wakeUp: signalled where there is something to send.
    init(_ directory: ArtifactDirectory, limit: Int, wakeUp: WakeUp) {
        self.wakeUp = wakeUp
        let thread = Thread { [self] in
            clinux_name_thread("artifacts")
            var limits = ArtifactDesk.Limits()
            limits.directoryBytes = limit
            run(ArtifactDesk(directory, limits: limits))
        }
        thread.start()
    }

    /// Ends the thread, and with it what was half uploaded.
    func stop() {
        state.withLock { $0.isStopped = true }
        work.signal()
    }

    func take(_ message: ArtifactMessage, from peer: Peer) {
        let isTaken = state.withLock { state in
            var bytes = 0
            if case .piece(let piece) = message { bytes = piece.bytes.count }
            guard state.counts[peer, default: 0] < Self.messagesPerPeer, state.pieceBytes + bytes <= Self.pieceBytes
            else { return false }
            state.pieceBytes += bytes
            state.counts[peer, default: 0] += 1
            state.incoming.append(.message(message, peer))
            return true
        }
        if isTaken { work.signal() }
    }

    func forget(_ peer: Peer) {
        state.withLock { $0.incoming.append(.gone(peer)) }
        work.signal()
    }

    /// Deletes artifacts that nobody needs any more.
    func discard(_ names: [String]) {
        state.withLock { $0.incoming.append(.discard(names)) }
        work.signal()
    }

    /// What is to be sent in this turn of the loop; there is another turn where more is left.
    func takeOutgoing() -> [ArtifactDesk.Reply] {
        let (taken, isMore) = state.withLock { state in
            let end = min(state.next + Self.sentPerTurn, state.outgoing.count)
            let taken = Array(state.outgoing[state.next..<end])
            state.next = end
            if end == state.outgoing.count { (state.outgoing, state.next) = ([], 0) }
            return (taken, state.next < state.outgoing.count)
        }
        if isMore { wakeUp.signal() }
        return taken
    }

    private func run(_ desk: ArtifactDesk) {
        let clock = ContinuousClock()
        let start = clock.now
        var nextTick = Duration.seconds(1)
        while true {
            _ = work.wait(timeout: .now() + .seconds(1))
            let (items, isStopped) = state.withLock { state in
                defer { (state.incoming, state.counts, state.pieceBytes) = ([], [:], 0) }
                return (state.incoming, state.isStopped)
            }
            if isStopped { return }
            for item in items {
                let now = clock.now - start
                switch item {
                case .message(let message, let peer): send(desk.take(message, from: peer, now: now))
                case .gone(let peer): send(desk.forget(peer, now: now))
                case .discard(let names): desk.discard(names)
                }
            }
            if clock.now - start >= nextTick {
                nextTick = clock.now - start + .seconds(1)
                send(desk.tick(now: clock.now - start))
            }
        }
    }

    private func send(_ replies: [ArtifactDesk.Reply]) {
        guard !replies.isEmpty else { return }
        state.withLock { $0.outgoing += replies }
        wakeUp.signal()
    }
}
