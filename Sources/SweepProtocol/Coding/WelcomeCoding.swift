extension WireWelcome {
    init(_ welcome: Welcome) {
        protocolVersion = welcome.protocolVersion
        artifactDirectory = welcome.artifactDirectory
        artifactToken = welcome.artifactToken
        busyHeartbeat = welcome.busyHeartbeat
        idleHeartbeat = welcome.idleHeartbeat
    }
}

extension Welcome {
    init(_ message: WireWelcome) throws(ProtocolError) {
        guard message.protocolVersion == SweepProtocol.protocolVersion else {
            throw otherVersion("the coordinator", message.protocolVersion, "this worker")
        }
        for interval in [message.busyHeartbeat, message.idleHeartbeat] {
            guard try Checked.amount(interval, "a heartbeat's seconds", atMost: ProtocolLimits.seconds) > 0 else {
                throw ProtocolError("a heartbeat's seconds cannot be \(interval)")
            }
        }
        self.init(
            artifactDirectory: try Checked.text(message.artifactDirectory, "the directory for artifacts"),
            artifactToken: try Checked.name(message.artifactToken, "the token of a directory"),
            busyHeartbeat: message.busyHeartbeat, idleHeartbeat: message.idleHeartbeat)
    }
}

/// The error of a peer that speaks another version.
func otherVersion(_ peer: String, _ version: UInt32, _ this: String) -> ProtocolError {
    ProtocolError("\(peer) speaks protocol version \(version), \(this) \(protocolVersion)")
}
