package import SweepModel
package import SweepProtocol

/// What can happen to a coordinator.
package enum CoordinatorEvent: Sendable {
    case message(from: Peer, as: Identity, WorkerMessage)
    /// A client asks; `wallTime` in seconds since 1970 is put on record and never compared.
    case request(from: Peer, as: Identity, number: UInt64, ClientRequest, wallTime: Double)
    /// A frame that does not parse, or is too large.
    case unreadable(from: Peer, reason: String)
    /// The transport knows that nobody is there any more.
    case unreachable(Peer)
    /// The key of these names is not valid any more.
    case revoked(Set<String>)
    /// A worker process of this host has ended.
    case processEnded(Int64, ProcessEnding)
    /// The outcome of `CoordinatorEffect.compare`: a duplicate was not equal.
    case mismatch(SweepID, row: Int, column: Int, host: String)
    /// The outcome of `CoordinatorEffect.reuse`: the scores, or nil where they could not be had.
    case reused(SweepID, row: Int, column: Int, scores: TileScores?)
    /// The outcome of `CoordinatorEffect.confirm`.
    case durable(SweepID)
    /// Time has passed.
    case tick
    /// Workers are to stop; sweeps go on when a coordinator is started again.
    case interrupt
}

/// What a coordinator wants done, in this order.
package enum CoordinatorEffect: Sendable {
    case send(CoordinatorMessage, to: Peer)
    /// As soon as every fact so far is durable.
    case sendAfterCommit(CoordinatorMessage, to: Peer)
    /// Make a fact durable.
    case persist(JournalEntry)
    /// Say when the submission of a sweep is durable. Before that nothing of it is handed out: after a crash its number would be
    /// another sweep's.
    case confirm(SweepID)
    /// Look whether scores of a tile that came a second time equal those on record.
    case compare(SweepID, TileScores, host: String)
    /// Take a tile's scores from earlier sweeps, which have had the same artifacts.
    case reuse(SweepID, row: Int, column: Int, TileSource)
    /// Answer a request with what only the journal has.
    case readFindings(SweepFindings, number: UInt64, to: Peer)
    case readScores(SweepID, after: Int64?, number: UInt64, to: Peer)
    case readEvents(after: Int64, number: UInt64, to: Peer)
    /// A worker that may do so hands over an artifact, or asks for one.
    case exchange(ArtifactMessage, with: Peer)
    /// The worker at this peer is gone: nothing more comes of what it was handing over.
    case endExchange(with: Peer)
    /// Delete artifacts that were handed over and that nobody needs any more.
    case discard([String])
    /// Read no more from this peer.
    case block(Peer)
    /// Tell a person.
    case report(Incident)
    /// A sweep is over; workers have been told.
    case ended(SweepID, SweepEnding)
}
