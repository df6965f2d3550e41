internal import CLinux
internal import CoordinatorCore
internal import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// What goes to peers through a ROUTER: counted while it waits to be read, sent again where a queue was full, and to a peer that reads
/// nothing no more at all.
struct Outbox {
    private var accounts = PeerAccounts()
    private var burst = BurstEnd()
    /// Messages that found a peer's queue full.
    private var unsent: [(peer: Peer, frames: [[UInt8]])] = []
    /// Peers that could not be reached, or were dropped.
    private var unreachable: [Peer] = []
    /// Peers that are neither listened to nor sent anything any more.
    private var blocked: Set<Peer> = []
    private var incidents: [Incident] = []
    /// The contexts of sweeps as they go to workers: the same for all.
    private var contexts: [SweepID: [[UInt8]]] = [:]

    private static let unsentLimit = 100_000
    private static let blockedLimit = 10_000
    /// What libzmq and the allocator take for a frame beside its bytes.
    private static let bytesPerFrame = 128

    /// Whether everything was sent and everybody was reached.
    var isIdle: Bool { unsent.isEmpty && unreachable.isEmpty && incidents.isEmpty }

    // MARK: Peers

    /// Whether what came from `peer` is looked at; `sender` is where it came from.
    mutating func hears(_ peer: Peer, _ sender: Sender) -> Bool {
        guard !blocked.contains(peer) else { return false }
        accounts.heard(peer, over: sender.descriptor)
        return true
    }

    /// Whether a request of `peer` is taken up; see `PeerAccounts`.
    mutating func admits(_ number: UInt64, from peer: Peer) -> Bool { accounts.admits(number, from: peer) }

    mutating func returned(_ pong: Pong, by peer: Peer) { accounts.returned(pong.ticket, by: peer) }

    mutating func block(_ peer: Peer) { if blocked.count < Self.blockedLimit { blocked.insert(peer) } }

    mutating func forget(_ sweep: SweepID) { contexts[sweep] = nil }

    /// Peers that could not be reached since the last call.
    mutating func takeUnreachable() -> [Peer] {
        defer { unreachable = [] }
        for peer in unreachable { accounts.forget(peer) }
        return unreachable
    }

    /// What there is to tell since the last call.
    mutating func takeIncidents() -> [Incident] {
        defer { incidents = [] }
        return incidents
    }

    /// Finds out which of `workers`, and of all others that are known, are gone.
    mutating func callRoll(of workers: [Peer], through socket: borrowing Socket) throws {
        let ping = try CoordinatorMessage.ping(ticket: 0).encoded()
        for peer in Set(workers).union(accounts.peers).union(blocked) {
            do {
                // Who has a full queue is there.
                _ = try socket.send([peer.routingID] + ping)
            } catch {
                guard error.code == .hostUnreachable else { throw error }
                if blocked.remove(peer) == nil { unreachable.append(peer) }
            }
        }
    }

    // MARK: Sending

    mutating func send(
        _ message: CoordinatorMessage, to peer: Peer, through socket: borrowing Socket, at now: Duration
    ) throws {
        guard !blocked.contains(peer) else { return }
        let frames = try frames(message)
        guard try deliver([peer.routingID] + frames, to: peer, through: socket) else { return }
        let number: UInt64? = if case .reply(let number, _) = message { number } else { nil }
        let bytes = frames.reduce(0) { $0 + $1.count + Self.bytesPerFrame }
        switch accounts.sent(bytes, to: peer, answering: number, at: now) {
        case .nothing: break
        case .ping(let ticket):
            let ping = try CoordinatorMessage.ping(ticket: ticket).encoded()
            _ = try deliver([peer.routingID] + ping, to: peer, through: socket)
        case .drop(let waiting): drop(peer, waiting)
        }
    }

    private mutating func frames(_ message: CoordinatorMessage) throws -> [[UInt8]] {
        guard case .sweep(let id, _) = message else { return try message.encoded() }
        let frames = try contexts[id] ?? message.encoded()
        contexts[id] = frames
        return frames
    }

    /// Sends now or, where the peer's queue is full, later; false where the peer is gone.
    private mutating func deliver(_ frames: [[UInt8]], to peer: Peer, through socket: borrowing Socket) throws -> Bool {
        do {
            if try socket.send(frames) { return true }
        } catch {
            guard error.code == .hostUnreachable else { throw error }
            unreachable.append(peer)
            return false
        }
        guard unsent.count < Self.unsentLimit else {
            unreachable.append(peer)
            return false
        }
        unsent.append((peer, frames))
        return true
    }

    /// Sends what found a queue full.
    mutating func sendAgain(through socket: borrowing Socket) throws {
        guard !unsent.isEmpty else { return }
        let waiting = unsent
        unsent = []
        // A peer whose queue is full gets nothing out of turn.
        for (peer, frames) in waiting where !blocked.contains(peer) {
            _ = try deliver(frames, to: peer, through: socket)
        }
    }

    // MARK: Dropping

    /// Time has passed: whoever keeps others waiting is dropped, and memory that a burst took is given back.
    mutating func tick(at now: Duration) {
        if let (peer, waiting) = accounts.inTheWay(at: now) { drop(peer, waiting) }
        // The allocator would keep what libzmq has let go of.
        if burst.isOver(waiting: accounts.waiting) { malloc_trim(0) }
    }

    /// Ends the connection of a peer that reads nothing, and hears nothing more of it.
    private mutating func drop(_ peer: Peer, _ waiting: Int) {
        if let descriptor = accounts.descriptor(of: peer) { Socket.hangUp(descriptor) }
        accounts.forget(peer)
        block(peer)
        unreachable.append(peer)
        incidents.append(
            Incident(
                "peer-dropped",
                "a peer was dropped: \(waiting >> 20) MiB waited for it, and it read nothing; it may connect again",
                isWarning: true))
    }
}
