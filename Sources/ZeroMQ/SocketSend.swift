import CZeroMQ

extension Socket {
    /// Sends one message and tells whether libzmq accepted it; false means that it would have had to wait.
    ///
    /// A message is sent whole or not at all: peers see none of it before its last frame, and libzmq counts its
    /// queues in messages, so that room for the first frame is room for all. If the peer vanishes between two frames, a
    /// DEALER takes the message back (false) and a ROUTER drops it. Accepted is not delivered: what is queued
    /// for a peer is lost with the peer. With `wait`, the call lasts until there is room or the context is shut down.
    ///
    /// The first frame of a ROUTER's message is the routing id of the peer, so it has at least two; with
    /// `routerMandatory`, an unknown peer is `.hostUnreachable` and a full one false.
    package borrowing func send(_ frames: [[UInt8]], wait: Bool = false) throws(ZeroMQError) -> Bool {
        try send(count: frames.count, wait: wait) { index, flags in
            frames[index].withUnsafeBytes { zmq_send(handle.pointer, $0.baseAddress, $0.count, flags) }
        }
    }

    /// Sends one message whose frames lie in memory of the caller, which libzmq copies before the call returns.
    package borrowing func send(_ frames: [UnsafeRawBufferPointer], wait: Bool = false) throws(ZeroMQError) -> Bool {
        try send(count: frames.count, wait: wait) { index, flags in
            zmq_send(handle.pointer, frames[index].baseAddress, frames[index].count, flags)
        }
    }

    /// Sends the frames one by one; `frame` makes the call for one of them.
    borrowing func send(
        count: Int, wait: Bool, frame: (_ index: Int, _ flags: Int32) -> Int32
    ) throws(ZeroMQError) -> Bool {
        precondition(count >= (kind == .router ? 2 : 1), "a message needs a frame, beside the routing id of a ROUTER")
        let flags = wait ? 0 : ZMQ_DONTWAIT
        var isAccepted = true
        for index in 0..<count {
            let more = index + 1 < count ? ZMQ_SNDMORE : 0
            switch CallOutcome(retryingInterrupts: { frame(index, flags | more) }) {
            case .value:
                continue
            case .failure(.again):
                // A DEALER whose peer vanished has rolled the message back and swallows frames up to one without
                // "more"; left out, it would swallow the next message instead. The other kinds start afresh.
                guard index > 0, kind == .dealer else { return false }
                isAccepted = false
            case .failure(let code):
                throw ZeroMQError(code: code, operation: "zmq_send")
            }
        }
        return isAccepted
    }
}
