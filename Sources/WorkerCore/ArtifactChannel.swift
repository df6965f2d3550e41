package import SweepProtocol

/// How the thread that computes talks with the coordinator about artifacts: through the thread that owns the socket.
package protocol ArtifactChannel: AnyObject, Sendable {
    func send(_ message: ArtifactMessage)

    /// What comes next; nil where nothing does `within` so long.
    func next(within: Duration) -> ArtifactEvent?

    /// Whether there is no coordinator at present.
    var isAway: Bool { get }

    /// Whether anybody still wants what is being computed.
    var isWanted: Bool { get }
}

/// What comes through an `ArtifactChannel`.
package enum ArtifactEvent: Hashable, Sendable {
    case said(ArtifactMessage)
    /// Whatever was under way is lost: the connection, or the coordinator, is another one.
    case reconnected
}

/// How long an exchange goes on without news.
package struct ArtifactPatience: Sendable {
    /// After so long everything is asked for again: the coordinator has room to forget.
    package var repetition = Duration.seconds(5)
    /// After so long it has failed: before the coordinator takes the worker for hung.
    package var limit = Duration.seconds(45)
    /// So long an announced artifact may be absent: a fresh file on a network disk can stay invisible to the coordinator.
    package var absence = Duration.seconds(20)

    package init() {}
}
