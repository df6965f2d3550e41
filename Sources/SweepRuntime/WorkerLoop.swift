internal import Foundation
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// A worker: connects to a coordinator, runs what it is given and reports, until it is told to stop.
///
/// `run` owns the socket on the calling thread; reading and computing go on in a `ComputeThread`.
package struct WorkerLoop {
    private let endpoint: String
    private let memoryBytes: Int
    private let reconnectTimeout: Duration

    private static let heartbeatInterval = Duration.seconds(1)
    /// The plan of thousands of models comes in one frame.
    private static let limits = MessageLimits(maxParts: 4, maxBytes: 256 << 20)

    package init(endpoint: String, memoryBytes: Int, reconnectTimeout: Duration) {
        self.endpoint = endpoint
        self.memoryBytes = memoryBytes
        self.reconnectTimeout = reconnectTimeout
    }

    /// Works until the coordinator says stop, a signal comes or the coordinator stays away. Returns the exit status.
    package func run(signals: SignalInbox) throws -> Int32 {
        let compute = try ComputeThread(memoryBytes: memoryBytes)
        let context = try MessagingContext()
        var options = SocketOptions()
        options.maxMessageSize = Int64(Self.limits.maxBytes)
        options.reconnectInterval = .milliseconds(100)
        options.reconnectIntervalMax = .seconds(5)
        let socket = try Socket(
            .dealer, in: context, options: options, monitoring: [.handshakeSucceeded, .disconnected])
        do {
            try socket.connect(endpoint)
        } catch {
            throw Complaint(
                .request, "the endpoint cannot be connected to: \(error)", at: endpoint,
                advice: "give an endpoint such as ipc:///path or tcp://host:7070")
        }
        let status = try serve(socket, compute, signals)
        socket.close()
        context.close()
        return status
    }

    private func serve(_ socket: borrowing Socket, _ compute: ComputeThread, _ signals: SignalInbox) throws -> Int32 {
        let clock = ContinuousClock()
        var nextHeartbeat = clock.now
        var awaySince: ContinuousClock.Instant? = clock.now
        while true {
            let items = [
                socket.pollItem(.receive), socket.monitorPollItem(), compute.wakeUp.pollItem, signals.wakeUp.pollItem,
            ]
            _ = try poll(items, timeout: max(.zero, nextHeartbeat - clock.now))
            for signal in signals.take() where signal != SIGCHLD {
                try send(.goodbye, over: socket)
                return ExitStatus.done
            }
            while let event = try socket.receiveEvent() {
                if event.kind == .handshakeSucceeded {
                    // Also after a reconnection: the coordinator then knows this worker by no name.
                    awaySince = nil
                    try send(.hello(hello()), over: socket)
                } else if awaySince == nil {
                    awaySince = clock.now
                }
            }
            while let received = try socket.receive(limits: Self.limits) {
                guard case .message(let frames) = received else { continue }
                if let status = try take(try CoordinatorMessage(frames: frames), compute, socket) { return status }
            }
            for result in compute.takeResults() {
                switch result {
                case .outcome(let outcome): try send(.outcome(outcome), over: socket)
                case .unusable(let complaint):
                    try send(.goodbye, over: socket)
                    throw complaint
                }
            }
            if clock.now >= nextHeartbeat {
                if awaySince == nil { try send(.heartbeat(progress: compute.progress), over: socket) }
                nextHeartbeat = clock.now + Self.heartbeatInterval
            }
            if let awaySince, clock.now - awaySince > reconnectTimeout { return ExitStatus.interrupted }
        }
    }

    /// Acts on a message; an exit status where it ends the worker.
    private func take(
        _ message: CoordinatorMessage, _ compute: ComputeThread, _ socket: borrowing Socket
    ) throws -> Int32? {
        switch message {
        case .welcome(let context): compute.begin(context)
        case .assignment(let assignment): compute.run(assignment)
        case .acknowledgement, .ping: break
        case .shutdown: return ExitStatus.done
        case .refusal(let reason):
            throw Complaint(
                .request, "the coordinator refused this worker: \(reason)", at: endpoint,
                advice: "run the same build on every host")
        }
        return nil
    }

    private func hello() -> WorkerHello {
        WorkerHello(
            protocolVersion: protocolVersion, algorithmVersion: algorithmVersion, host: MachineResources.hostName,
            processID: Int64(getpid()), blasCore: Products.coreName, memoryBytes: UInt64(max(memoryBytes, 0)))
    }

    private func send(_ message: WorkerMessage, over socket: borrowing Socket) throws {
        // A DEALER has one peer and few messages: the queue is full only when the coordinator is gone, and then the
        // message is worth nothing, since the work is handed out anew.
        _ = try socket.send(try message.encoded())
    }
}
