/// What arrives at the coordinator.
package enum PeerMessage: Hashable, Sendable {
    case worker(WorkerMessage)
    case client(number: UInt64, ClientRequest)
    case pong(Pong)

    /// The message in `frames`; throws on anything that is not exactly one.
    package init(frames: [[UInt8]]) throws(ProtocolError) {
        var (control, bulk) = try unframed(frames, as: WireToCoordinator.self)
        if case .pong(let pong)? = control.message {
            self = .pong(Pong(ticket: pong.ticket))
        } else if let message = try WorkerMessage(control, bulk: &bulk) {
            self = .worker(message)
        } else {
            self = .client(number: control.request.number, try ClientRequest(control.request, bulk: &bulk))
        }
        try bulk.finish()
    }
}
