internal import CoordinatorCore

/// What peers were sent and have not said that they have read, in bytes: libzmq counts messages, which may be large, and a peer that
/// reads nothing would fill the memory.
///
/// Behind every so many bytes goes a ping with a ticket that nobody can guess; whoever gives it back has read everything before it.
/// Honest peers that are slow have no more waiting than they asked for, since requests are answered one at a time.
struct PeerAccounts {
    /// What is to be done once something was sent.
    enum Consequence: Equatable {
        case nothing
        case ping(ticket: UInt64)
        /// The peer has asked for more and more and reads nothing.
        case drop(waiting: Int)
    }

    /// What was sent between two pings, the later one's ticket, and when that was sent.
    private struct Stretch {
        var bytes = 0
        var largest = 0
        var ticket: UInt64 = 0
        var endedAt = Duration.zero
    }

    private struct Account {
        var pinged: [Stretch] = []
        var open = Stretch()
        /// Bytes of all stretches.
        var waiting = 0
        /// Numbers of requests that are not answered yet, and of those whose answer waits, as far as it is large.
        var unanswered: Set<UInt64> = []
        var unread: [(number: UInt64, ticket: UInt64)] = []
        /// Of its connection.
        var descriptor: Int32?

        var largest: Int { pinged.reduce(open.largest) { max($0, $1.largest) } }
    }

    /// So much may wait for a peer beside the largest message.
    static let limit = 32 << 20
    /// So much may wait for all peers before only those are served for which nothing waits.
    static let totalLimit = 512 << 20
    static let bytesPerPing = 256 << 10
    /// Requests of a peer that are being answered; honest ones have one.
    static let requestLimit = 8
    /// Who has not given a ticket back for so long is in the way of others.
    static let patience = Duration.seconds(10)

    private var accounts: [Peer: Account] = [:]
    /// Bytes that wait for all peers.
    private(set) var waiting = 0

    /// Peers that have an account.
    var peers: [Peer] { Array(accounts.keys) }

    /// The descriptor of a peer's connection, as far as it is known.
    func descriptor(of peer: Peer) -> Int32? { accounts[peer]?.descriptor }

    /// A message came from `peer` over the connection behind `descriptor`.
    mutating func heard(_ peer: Peer, over descriptor: Int32?) {
        if let descriptor, accounts[peer]?.descriptor != descriptor {
            accounts[peer, default: Account()].descriptor = descriptor
        }
    }

    /// Whether a request is taken up. One that is being answered, or whose large answer is on its way, is not taken up twice, and none
    /// is while there are too many: whoever still wants the answer asks again.
    mutating func admits(_ number: UInt64, from peer: Peer) -> Bool {
        let account = accounts[peer] ?? Account()
        guard account.unanswered.count < Self.requestLimit, !account.unanswered.contains(number),
            !account.unread.contains(where: { $0.number == number }),
            waiting < Self.totalLimit || account.waiting == 0
        else { return false }
        accounts[peer, default: account].unanswered.insert(number)
        return true
    }

    /// Takes note of a message of `bytes` to `peer`, the answer to its request `number` or none.
    mutating func sent(_ bytes: Int, to peer: Peer, answering number: UInt64?, at now: Duration) -> Consequence {
        var account = accounts[peer] ?? Account()
        defer { accounts[peer] = account }
        waiting += bytes
        account.waiting += bytes
        account.open.bytes += bytes
        account.open.largest = max(account.open.largest, bytes)
        if let number { account.unanswered.remove(number) }
        if account.waiting - account.largest > Self.limit { return .drop(waiting: account.waiting) }
        guard account.open.bytes >= Self.bytesPerPing else { return .nothing }
        account.open.ticket = .random(in: 1 ... .max)
        account.open.endedAt = now
        account.pinged.append(account.open)
        if let number { account.unread.append((number, account.open.ticket)) }
        defer { account.open = Stretch() }
        return .ping(ticket: account.open.ticket)
    }

    /// `peer` has given a ticket back. Others than its own mean nothing.
    mutating func returned(_ ticket: UInt64, by peer: Peer) {
        guard var account = accounts[peer], let index = account.pinged.firstIndex(where: { $0.ticket == ticket }) else {
            return
        }
        let read = account.pinged[...index]
        let bytes = read.reduce(0) { $0 + $1.bytes }
        account.unread.removeAll { entry in read.contains { $0.ticket == entry.ticket } }
        account.pinged.removeFirst(read.count)
        account.waiting -= bytes
        waiting -= bytes
        accounts[peer] = account
    }

    /// The peer is gone, with everything that waited for it.
    mutating func forget(_ peer: Peer) {
        if let account = accounts.removeValue(forKey: peer) { waiting -= account.waiting }
    }

    /// While too much waits for all, the peer that has been reading for the longest time, too long to keep others waiting.
    func inTheWay(at now: Duration) -> (peer: Peer, waiting: Int)? {
        guard waiting >= Self.totalLimit else { return nil }
        let oldest = accounts.compactMap { peer, account in
            account.pinged.first.map { (since: $0.endedAt, peer: peer, waiting: account.waiting) }
        }.min { $0.since < $1.since }
        guard let oldest, now - oldest.since > Self.patience else { return nil }
        return (oldest.peer, oldest.waiting)
    }
}

/// Notices that many bytes were sent and are gone, when what the allocator keeps of them is worth giving back.
struct BurstEnd {
    private var peak = 0
    private var calm = 0

    private static let worthwhile = 16 << 20
    /// After how many calls. Connections end, and what waited for them is freed, a while after they are given up, on a busy machine a
    /// long one: what is freed from the first to the last of these is given back before twice the time is over.
    private static let calmLimits = [4, 8, 16, 32, 64]

    /// Whether a burst has been over for some calls, where so many bytes wait now: a few times for each, at doubled distances.
    mutating func isOver(waiting: Int) -> Bool {
        peak = max(peak, waiting)
        guard peak >= Self.worthwhile, waiting < peak / 4 else {
            calm = 0
            return false
        }
        calm += 1
        guard Self.calmLimits.contains(calm) else { return false }
        if calm == Self.calmLimits.last { (peak, calm) = (waiting, 0) }
        return true
    }
}
