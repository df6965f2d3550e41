import CZeroMQ

/// Owner of a C socket: opens it, sets and reads its options, and closes it when its lifetime ends.
struct SocketHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    let context: ContextHandle

    init(type: Int32, in context: ContextHandle) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.pointer, type) else {
            throw ZeroMQError(code: .init(rawValue: zmq_errno()), operation: "zmq_socket")
        }
        self.pointer = pointer
        self.context = context
    }

    deinit {
        let status = zmq_close(pointer)
        precondition(status == 0, "zmq_close of something that is not a socket")
    }

    /// Sets an option that libzmq holds in an `int` (most) or an `int64_t` (the message size).
    func set<Value: FixedWidthInteger>(_ option: Int32, to value: Value) throws(ZeroMQError) {
        let outcome = withUnsafeBytes(of: value) { bytes in
            CallOutcome(retryingInterrupts: { zmq_setsockopt(pointer, option, bytes.baseAddress, bytes.count) })
        }
        _ = try outcome.value(of: "zmq_setsockopt")
    }

    /// Sets an option that is a string of bytes.
    func set(_ option: Int32, bytes: [UInt8]) throws(ZeroMQError) {
        let outcome = CallOutcome(retryingInterrupts: { zmq_setsockopt(pointer, option, bytes, bytes.count) })
        _ = try outcome.value(of: "zmq_setsockopt")
    }

    /// Reads an option that is a string.
    func string(_ option: Int32) throws(ZeroMQError) -> String {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var count = buffer.count
        let outcome = CallOutcome(retryingInterrupts: {
            count = buffer.count
            return zmq_getsockopt(pointer, option, &buffer, &count)
        })
        _ = try outcome.value(of: "zmq_getsockopt")
        return String(decoding: buffer.prefix(count).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Makes a call that takes an endpoint.
    func call(
        _ operation: String, endpoint: String,
        _ function: (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32
    ) throws(ZeroMQError) {
        _ = try CallOutcome(retryingInterrupts: { function(pointer, endpoint) }).value(
            of: operation, endpoint: endpoint)
    }
}
