package import SweepModel
package import SweepProtocol

/// A connection to a worker, by the routing id that the socket gave it.
package struct Peer: Hashable, Sendable {
    package let routingID: [UInt8]

    package init(routingID: [UInt8]) { self.routingID = routingID }
}

/// What can happen to a coordinator.
package enum CoordinatorEvent: Sendable {
    case message(from: Peer, WorkerMessage)
    /// A frame that does not parse, or is too large.
    case unreadable(from: Peer, reason: String)
    /// The transport knows that nobody is there any more.
    case unreachable(Peer)
    /// A worker process of this host has ended.
    case processEnded(Int64)
    /// Time has passed.
    case tick
    /// The sweep is to stop before it is done.
    case interrupt
}

/// What a coordinator wants done.
package enum CoordinatorEffect: Sendable {
    case send(CoordinatorMessage, to: Peer)
    /// Keep the scores of a tile.
    case commit(row: Int, column: Int, TileScores)
    /// Tell a person.
    case report(Report)
    /// The sweep is over; workers have been told.
    case finish(SweepEnding)

    /// Something a person may want to know.
    package enum Report: Hashable, Sendable {
        case workerJoined(host: String, processID: Int64)
        case workerLost(host: String, processID: Int64, reason: String, returned: Int)
        case workerRefused(reason: String)
        case attemptFailed(WorkItem, Complaint)
        case unreadable(reason: String)
    }
}

/// How a sweep ended.
package enum SweepEnding: Hashable, Sendable {
    /// Every work item is done or, where `SweepLedger.failures` says so, given up.
    case done
    /// It cannot go on.
    case refused(Complaint)
    /// It was interrupted.
    case interrupted
}
