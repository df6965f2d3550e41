internal import CoordinatorCore
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol

/// Facts on their way to the disk, and what waits until they are there.
struct CommitQueue {
    private let journal: SweepJournal
    /// Facts of this turn of the loop; they go together under one ticket.
    private var facts: [JournalEntry] = []
    private var ticket: UInt64 = 1
    private var waiting: [(ticket: UInt64, consequence: Consequence)] = []
    private var first = 0

    /// What may happen once facts are durable.
    enum Consequence {
        case send(CoordinatorMessage, Peer)
        case confirm(SweepID)
    }

    /// So many bytes that are not on disk make the coordinator listen to nobody until there are fewer.
    private static let backlogLimit = 256 << 20

    init(_ journal: SweepJournal) { self.journal = journal }

    var isEmpty: Bool { facts.isEmpty && first == waiting.count }
    var isOverfull: Bool { journal.backlogBytes > Self.backlogLimit }

    mutating func add(_ fact: JournalEntry) { facts.append(fact) }

    /// What may happen once every fact so far is durable.
    mutating func add(_ consequence: Consequence) { waiting.append((ticket, consequence)) }

    /// Sends the turn's facts on their way.
    mutating func flush() {
        guard !facts.isEmpty || waiting.last?.ticket == ticket else { return }
        journal.append(facts, ticket: ticket)
        facts = []
        ticket += 1
    }

    /// What may happen now. Throws where nothing will ever be durable again.
    mutating func due() throws(Complaint) -> [Consequence] {
        let (committed, failure) = journal.committed
        if let failure { throw failure }
        guard let committed, first < waiting.count, waiting[first].ticket <= committed else { return [] }
        var due: [Consequence] = []
        while first < waiting.count, waiting[first].ticket <= committed {
            due.append(waiting[first].consequence)
            first += 1
        }
        if first == waiting.count || first > 10_000 {
            waiting.removeFirst(first)
            first = 0
        }
        return due
    }
}
