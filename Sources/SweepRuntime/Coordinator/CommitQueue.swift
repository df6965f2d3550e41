internal import CoordinatorCore
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol

/// Facts on their way to the disk, and messages that wait until they are there.
struct CommitQueue {
    private let journal: SweepJournal
    /// Facts of this turn of the loop; they go together under one ticket.
    private var facts: [JournalEntry] = []
    private var ticket: UInt64 = 1
    private var waiting: [(ticket: UInt64, message: CoordinatorMessage, peer: Peer)] = []
    private var first = 0

    /// So many bytes that are not on disk make the coordinator listen to nobody until there are fewer.
    private static let backlogLimit = 256 << 20

    init(_ journal: SweepJournal) { self.journal = journal }

    var isEmpty: Bool { facts.isEmpty && first == waiting.count }
    var isOverfull: Bool { journal.backlogBytes > Self.backlogLimit }

    mutating func add(_ fact: JournalEntry) { facts.append(fact) }

    /// A message that may go once every fact so far is durable.
    mutating func add(_ message: CoordinatorMessage, to peer: Peer) { waiting.append((ticket, message, peer)) }

    /// Sends the turn's facts on their way.
    mutating func flush() {
        guard !facts.isEmpty || waiting.last?.ticket == ticket else { return }
        journal.append(facts, ticket: ticket)
        facts = []
        ticket += 1
    }

    /// Messages whose facts are durable. Throws where nothing will ever be durable again.
    mutating func due() throws(Complaint) -> [(message: CoordinatorMessage, peer: Peer)] {
        let (committed, failure) = journal.committed
        if let failure { throw failure }
        guard let committed, first < waiting.count, waiting[first].ticket <= committed else { return [] }
        var due: [(CoordinatorMessage, Peer)] = []
        while first < waiting.count, waiting[first].ticket <= committed {
            due.append((waiting[first].message, waiting[first].peer))
            first += 1
        }
        if first == waiting.count || first > 10_000 {
            waiting.removeFirst(first)
            first = 0
        }
        return due
    }
}
