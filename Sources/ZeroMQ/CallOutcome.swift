import CZeroMQ

/// What a C call that signals failure with a negative status returned, with its errno.
enum CallOutcome {
    case value(Int)
    case failure(ZeroMQError.Code)

    /// Makes the call once and reads errno before anything else can change it.
    init<Status: SignedInteger>(of call: () -> Status) {
        let status = call()
        self = status < 0 ? .failure(ZeroMQError.Code(rawValue: zmq_errno())) : .value(Int(status))
    }

    /// Makes the call again for as long as signals interrupt it.
    init<Status: SignedInteger>(retryingInterrupts call: () -> Status) {
        repeat { self = CallOutcome(of: call) } while self.isInterrupted
    }

    private var isInterrupted: Bool {
        if case .failure(.interrupted) = self { true } else { false }
    }

    /// The status of the call, or its errno as an error that names the call.
    func value(of operation: String, endpoint: String? = nil) throws(ZeroMQError) -> Int {
        switch self {
        case .value(let status): status
        case .failure(let code): throw ZeroMQError(code: code, operation: operation, endpoint: endpoint)
        }
    }
}
