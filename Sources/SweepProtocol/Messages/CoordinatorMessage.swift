package import SweepModel

/// What a registered worker is told first.
package struct Welcome: Hashable, Sendable {
    package var protocolVersion: UInt32
    /// The directory for artifacts, and the token by which a worker sees that it is the same one.
    package var artifactDirectory: String
    package var artifactToken: String
    /// Seconds between heartbeats of a worker that holds work, and of one that does not.
    package var busyHeartbeat: Double
    package var idleHeartbeat: Double

    package init(
        protocolVersion: UInt32 = SweepProtocol.protocolVersion, artifactDirectory: String, artifactToken: String,
        busyHeartbeat: Double, idleHeartbeat: Double
    ) {
        self.protocolVersion = protocolVersion
        self.artifactDirectory = artifactDirectory
        self.artifactToken = artifactToken
        self.busyHeartbeat = busyHeartbeat
        self.idleHeartbeat = idleHeartbeat
    }
}

/// What the coordinator says.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(Welcome)
    case refusal(String)
    /// A sweep that the worker will get leases of.
    case sweep(SweepID, SweepContext)
    /// The artifacts of the layers of a block row (or, where `isColumn`, of a block column), in order. In a symmetric sweep a
    /// block is both.
    case names(SweepID, block: Int, isColumn: Bool, generation: UInt64, [ArtifactNames])
    case assignments([Assignment])
    /// The outcomes of these parts are committed, or wanted no more; the worker may forget them.
    case acknowledgement([Lease])
    /// Tiles of the lease at `end` and beyond are someone else's now; at or before its first column the whole lease is.
    case shrink(lease: UInt64, end: Int)
    /// The sweep is over: its leases are void and its context can go.
    case closed(SweepID)
    case shutdown
    /// Seen by the transport alone; one with a ticket that is not 0 is answered by a `Pong`.
    case ping(ticket: UInt64)
    /// The coordinator does not know the worker, which says hello again.
    case introduce
    /// With so many threads it may work from now on, also on what it is at: its own, and those of workers on its host that have nothing to
    /// do. Every welcome takes it back to its own.
    case allowance(threads: Int)
    /// About artifacts, to a worker that does not see the coordinator's directory.
    case artifact(ArtifactMessage)
    /// The answer to a client's request of that number.
    case reply(number: UInt64, ClientReply)
}
