internal import Foundation
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol
internal import WorkerCore
internal import ZeroMQ

/// A worker: connects to a coordinator, runs what it is given and reports, until it is told to stop.
///
/// `run` owns the socket on the calling thread; reading and computing go on in a `ComputeThread`.
package struct WorkerLoop {
    /// How a worker is run; none of it changes a score.
    package struct Options: Sendable {
        package var memoryBytes: Int
        /// Threads that share the work on one layer.
        package var threads: Int
        package var reconnectTimeout: Duration
        package var idleTimeout: Duration?
        /// Time until it has to be gone.
        package var timeLimit: Duration?
        /// How long the tile that is being computed may take when it has to go.
        package var grace: Duration
        package var software: String
        package var artifacts: WorkerArtifacts

        package init(
            memoryBytes: Int, threads: Int = 1, reconnectTimeout: Duration, idleTimeout: Duration?,
            timeLimit: Duration?,
            grace: Duration, software: String, artifacts: WorkerArtifacts
        ) {
            self.memoryBytes = memoryBytes
            self.threads = threads
            self.artifacts = artifacts
            self.reconnectTimeout = reconnectTimeout
            self.idleTimeout = idleTimeout
            self.timeLimit = timeLimit
            self.grace = grace
            self.software = software
        }
    }

    private let address: EndpointArgument
    private let credentials: ClientCredentials
    private let options: Options
    private let log: EventLog

    private static let limits = MessageLimits(
        maxParts: ProtocolLimits.parts, maxBytes: ProtocolLimits.messageBytes)
    /// A coordinator that was started again may listen elsewhere.
    private static let addressInterval = Duration.seconds(3)

    package init(
        _ address: EndpointArgument, credentials: ClientCredentials, options: Options, log: EventLog
    ) {
        self.address = address
        self.credentials = credentials
        self.options = options
        self.log = log
    }

    /// Works until the coordinator says stop, a signal comes, its time is over or the coordinator stays away. Returns the exit status.
    package func run(signals: SignalInbox) throws -> Int32 {
        guard let endpoint = try firstEndpoint(signals) else {
            log.note(kind: "abandoned", "no coordinator has come up (\(address.description))", isWarning: true)
            return ExitStatus.interrupted
        }
        let compute = try ComputeThread(
            memoryBytes: options.memoryBytes, threads: options.threads, artifacts: options.artifacts)
        let messaging = try MessagingContext()
        var socketOptions = SocketOptions()
        socketOptions.reconnectInterval = .milliseconds(100)
        socketOptions.reconnectIntervalMax = .seconds(2)
        // A network that swallows everything does not end a connection for a quarter of an hour; a worker has to know that it is alone.
        socketOptions.heartbeatInterval = .seconds(10)
        socketOptions.heartbeatTimeout = .seconds(30)
        socketOptions.sendHighWaterMark = 10_000
        socketOptions.receiveHighWaterMark = 10_000
        try credentials.apply(to: &socketOptions, endpoint: endpoint)
        let socket = try Socket(
            .dealer, in: messaging, options: socketOptions,
            monitoring: [.handshakeSucceeded, .disconnected, .handshakeUnauthorized, .handshakeProtocolError])
        let status = try serve(socket, endpoint, compute, signals)
        socket.close()
        messaging.close()
        return status
    }

    private func hello() -> WorkerHello {
        WorkerHello(
            software: options.software, workerID: UUID().uuidString, host: MachineResources.hostName,
            processID: Int64(getpid()), blasCore: Products.coreName, memoryBytes: UInt64(max(options.memoryBytes, 0)),
            job: SlurmJob.id, threads: options.threads, processors: MachineResources.cores)
    }

    /// The endpoint, as soon as a state directory names one; nil where it does not in time, or a signal came.
    private func firstEndpoint(_ signals: SignalInbox) throws -> String? {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            if let endpoint = try address.resolve() { return endpoint }
            if clock.now - start > options.reconnectTimeout { return nil }
            _ = try poll([signals.wakeUp.pollItem], timeout: .milliseconds(200))
            if signals.take().contains(where: { $0 != SIGCHLD }) { return nil }
        }
    }

    private func serve(
        _ socket: borrowing Socket, _ first: String, _ compute: ComputeThread, _ signals: SignalInbox
    ) throws -> Int32 {
        let clock = ContinuousClock()
        let start = clock.now
        var session = WorkerSession(
            hello(),
            limits: .init(
                idleTimeout: options.idleTimeout, deadline: options.timeLimit,
                reconnectTimeout: options.reconnectTimeout, grace: options.grace), now: .zero)
        var endpoint = ""
        try connect(socket, &endpoint, to: first)
        var nextAddress = Self.addressInterval
        var wasRegistered = false
        var tally = WorkTally()
        while true {
            let now = clock.now - start
            if !session.isRegistered, now >= nextAddress {
                nextAddress = now + Self.addressInterval
                if let current = try address.resolve() { try connect(socket, &endpoint, to: current) }
            }
            let items = [
                socket.pollItem(.receive), socket.monitorPollItem(), compute.wakeUp.pollItem, signals.wakeUp.pollItem,
            ]
            _ = try poll(items, timeout: max(.zero, session.nextTick(now) - now))
            try listen(socket, &session, now: clock.now - start)
            for result in compute.takeResults() {
                switch result {
                case .outcome(let outcome):
                    let (kind, text, fields) = tally.note(outcome)
                    log.detail(kind: kind, text, fields: fields)
                    session.finish([outcome], clock.now - start)
                case .unfit(let sweep, let complaint):
                    log.note(kind: "unfit", "sweep \(sweep) cannot be worked on here: \(complaint)", isWarning: true)
                    session.unfit(sweep, complaint)
                case .artifacts(let text): log.note(kind: "artifacts", text)
                }
            }
            let (progress, executing) = compute.progress
            for signal in signals.take() where signal != SIGCHLD {
                log.note(kind: "leaving", "told to stop; finishing the present tile")
                session.leave("it was told to stop", executing: executing, clock.now - start)
            }
            session.tick(clock.now - start, progress: progress, executing: executing)
            compute.pause(session.isFull)
            if session.isRegistered != wasRegistered {
                wasRegistered = session.isRegistered
                compute.link.set(isAway: !wasRegistered)
                log.note(
                    kind: wasRegistered ? "joined" : "away",
                    wasRegistered ? "joined the coordinator at \(endpoint)" : "the coordinator is away; trying again",
                    isWarning: !wasRegistered)
            }
            if let status = try perform(session.takeEffects(), socket, compute, session, tally) { return status }
            // A queue that is full is as good as a loss: what gives no news is said again.
            for message in compute.link.takeOutgoing() where session.isRegistered {
                _ = try socket.send(try WorkerMessage.artifact(message).encoded())
            }
        }
    }

    private func connect(_ socket: borrowing Socket, _ endpoint: inout String, to current: String) throws {
        guard current != endpoint else { return }
        do {
            if !endpoint.isEmpty { try socket.disconnect(endpoint) }
            try socket.connect(current)
            endpoint = current
        } catch {
            throw Complaint(
                .request, "the endpoint cannot be connected to: \(error)", at: current,
                advice: "give an endpoint such as tcp://host:7070")
        }
    }

    private func listen(_ socket: borrowing Socket, _ session: inout WorkerSession, now: Duration) throws {
        while let event = try socket.receiveEvent() {
            switch event.kind {
            // Also after a reconnection.
            case .handshakeSucceeded: session.connected(now)
            case .disconnected: session.disconnected(now)
            case .handshakeUnauthorized:
                throw Complaint(
                    .request, "the coordinator does not let this key in", at: address.description,
                    advice: "have a worker's key issued: platonic keys issue DIR NAME --role worker")
            case .handshakeProtocolError:
                throw Complaint(
                    .request, "the coordinator and this worker do not agree on keys", at: address.description,
                    advice: "give --keys for a coordinator with keys, and --insecure for one without")
            default: break
            }
        }
        while let received = try socket.receive(limits: Self.limits) {
            guard case .message(let frames) = received else { continue }
            do { session.receive(try CoordinatorMessage(frames: frames), now) } catch {
                throw Complaint(
                    .work, "what the coordinator says cannot be read: \(error)", at: address.description,
                    advice: "use the same release of platonic everywhere")
            }
        }
    }

    /// Does what the session wants; an exit status where it ends.
    private func perform(
        _ effects: [WorkerSession.Effect], _ socket: borrowing Socket, _ compute: ComputeThread,
        _ session: WorkerSession, _ tally: WorkTally
    ) throws -> Int32? {
        for effect in effects {
            switch effect {
            // The queue is full only when the coordinator is gone; everything that matters is sent again.
            case .send(let message): _ = try socket.send(try message.encoded())
            case .answer(let pong): _ = try socket.send(try pong.encoded())
            case .open(let sweep, let context): compute.open(sweep, context, artifacts: session.artifacts ?? ("", ""))
            case .close(let sweep): compute.close(sweep)
            case .compute(let job): compute.run(job)
            case .cut(let lease, let end): compute.cut(lease, end: end)
            case .allow(let threads): compute.allow(threads: threads)
            case .deliver(let message): compute.link.deliver(message)
            case .end(.done(let reason)):
                log.note(kind: "left", "left: \(reason) (\(tally))")
                return ExitStatus.done
            case .end(.abandoned):
                log.note(
                    kind: "abandoned",
                    "the coordinator stayed away for \(options.reconnectTimeout.components.seconds) s (\(address.description))",
                    isWarning: true)
                return ExitStatus.interrupted
            case .end(.refused(let reason)):
                throw Complaint(
                    .request, "the coordinator refused this worker: \(reason)", at: address.description,
                    advice: "use the same release of platonic everywhere, and a worker's key that is valid")
            }
        }
        return nil
    }
}
