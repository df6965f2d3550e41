/// Limits and intervals of a coordinator.
package struct CoordinatorSettings: Sendable {
    /// Where artifacts are, and the token by which workers see that they see it.
    package var artifactDirectory = ""
    package var artifactToken = ""
    /// The first and the present of the numbers that this state's coordinators had, one each; leases carry them.
    package var firstEpoch: UInt64 = 1
    package var epoch: UInt64 = 1

    /// Seconds between heartbeats of a worker that holds work, and of one that does not.
    package var busyHeartbeat = 1.0
    package var idleHeartbeat = 5.0
    /// A worker with work that says nothing for this long is lost, and one without.
    package var silenceLimit = Duration.seconds(4)
    package var idleSilenceLimit = Duration.seconds(16)
    /// If the coordinator itself stood still for this long, nobody else's silence means anything.
    package var ownStallLimit = Duration.seconds(1)
    /// A worker that is alive and makes no progress for this long, and for ten times what was expected, is hung.
    package var stallLimit = Duration.seconds(60)
    /// A lease that a worker does not name so long after it was sent has not arrived.
    package var deliveryLimit = Duration.seconds(3)

    /// An item that was being executed when so many workers were lost, or that failed this often, is given up.
    package var lossLimit = 12
    package var failureLimit = 3
    /// So many items of one stage given up for one cause end a sweep that fails fast.
    package var sameCauseLimit = 3
    /// So many workers one after the other that died at work of one stage, whichever item it was, are the stage's fault. Then an
    /// item is given up sooner.
    package var streakLimit = 8
    package var lossLimitInStreak = 2
    /// A worker that fails so many items in a row, while others are there, gets nothing more.
    package var workerFailureLimit = 3

    /// The work that one lease should be, its tiles and its bytes at most.
    package var leaseSeconds = 0.5
    package var leaseTiles = 1024
    package var leaseBytes = 8 << 20
    /// Workers, peers with offences and remembered requests: nothing a peer does grows them further.
    package var workerLimit = 16_384
    package var offenderLimit = 1_000
    package var requestLimit = 1_000
    /// A peer that sends so many unreadable messages within a minute is not listened to any more.
    package var offenceLimit = 10

    package init() {}
}
