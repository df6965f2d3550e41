internal import Foundation
internal import SweepModel
package import SweepProtocol
internal import ZeroMQ

/// A client of a coordinator: asks one thing at a time and waits for the answer.
///
/// A request without an answer is sent again under its number, also to a coordinator that was started anew, which does it once.
package struct CoordinatorClient: ~Copyable {
    private let address: EndpointArgument
    private let credentials: ClientCredentials
    private let settings: ClientSettings
    private let signals: SignalInbox?
    private let context: MessagingContext
    private var connection: ClientConnection

    private static let limits = MessageLimits(maxParts: ProtocolLimits.parts, maxBytes: ProtocolLimits.messageBytes)
    /// How often the state directory is looked at for the endpoint while there is no connection.
    private static let lookInterval = Duration.milliseconds(200)
    private static let longestResendInterval = Duration.seconds(30)

    /// A client on the calling thread, which owns its socket. Waits for the endpoint where the coordinator has not written it.
    package init(
        _ address: EndpointArgument, credentials: ClientCredentials, settings: ClientSettings = ClientSettings(),
        signals: SignalInbox? = nil
    ) throws {
        let endpoint = try Self.endpoint(address, settings.patience, signals)
        let context = try MessagingContext()
        connection = try ClientConnection(endpoint, credentials, in: context)
        self.context = context
        self.address = address
        self.credentials = credentials
        self.settings = settings
        self.signals = signals
    }

    /// Closes the connection.
    package consuming func close() {
        connection.socket.close()
        context.close()
    }

    // MARK: Asking

    /// Asks, and waits for the answer. Throws what a refusal says, and `Interruption` at Ctrl-C.
    package mutating func request(_ request: ClientRequest) throws -> ClientReply {
        let number = UInt64.random(in: .min ... .max)
        let frames = try encode(request, number)
        let clock = ContinuousClock()
        let start = clock.now
        var nextSend = start
        var interval = settings.resendInterval
        var isSilent = false
        while true {
            if connection.isOpen, clock.now >= nextSend {
                _ = try connection.socket.send(frames)
                nextSend = clock.now + interval
                interval = min(interval * 2, Self.longestResendInterval)
            }
            let wakeUp = connection.isOpen ? nextSend : clock.now + Self.lookInterval
            try wait(
                until: min(
                    wakeUp, start + (isSilent ? settings.patience : min(settings.silenceNotice, settings.patience))))
            if try connection.follow() { nextSend = clock.now }
            if let reply = try receive(number) { return reply }
            if !connection.isOpen { try reconnectIfMoved() }
            if clock.now - start >= settings.patience { throw silence }
            if !isSilent, clock.now - start >= settings.silenceNotice {
                isSilent = true
                settings.silence(connection.endpoint)
            }
        }
    }

    /// Lets time pass, in which Ctrl-C throws `Interruption`.
    package mutating func pause(_ duration: Duration) throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while clock.now < end {
            try wait(until: end)
            _ = try connection.follow()
        }
    }

    private func encode(_ request: ClientRequest, _ number: UInt64) throws(Complaint) -> [[UInt8]] {
        do { return try request.encoded(number: number) } catch {
            throw Complaint(
                .request, "the request cannot be sent: \(error)", at: "\(address)", advice: "ask for less at a time")
        }
    }

    /// Takes what has arrived until there is nothing, or the answer.
    private func receive(_ number: UInt64) throws -> ClientReply? {
        while let received = try connection.socket.receive(limits: Self.limits) {
            switch try message(received) {
            // Answers to earlier requests that were sent twice are answered twice.
            case .reply(number, let reply):
                if case .refused(let complaint) = reply { throw complaint }
                return reply
            case .refusal(let reason):
                throw Complaint(
                    .request, "the coordinator refused: \(reason)", at: connection.endpoint,
                    advice: "use a valid key, and the same release of platonic on both sides")
            case .ping(let ticket) where ticket != 0: _ = try connection.socket.send(try Pong(ticket: ticket).encoded())
            default: continue
            }
        }
        return nil
    }

    private func message(_ received: Received) throws(Complaint) -> CoordinatorMessage {
        do {
            guard case .message(let frames) = received else { throw ProtocolError("it is too large") }
            return try CoordinatorMessage(frames: frames)
        } catch {
            throw Complaint(
                .work, "what the coordinator says cannot be read: \(error)", at: connection.endpoint,
                advice: "use the same release of platonic on both sides")
        }
    }

    private var silence: Complaint {
        Complaint(
            .work, "the coordinator does not answer", at: connection.endpoint,
            advice: connection.isOpen
                ? "it is connected and says nothing: look at its log, or give it more time with --timeout"
                : "see that it runs there ('platonic coordinator'), or name another with --connect")
    }

    // MARK: Waiting

    /// Waits for the socket, a signal or the time.
    private func wait(until instant: ContinuousClock.Instant) throws {
        var items = [connection.socket.pollItem(.receive), connection.socket.monitorPollItem()]
        if let signals { items.append(signals.wakeUp.pollItem) }
        _ = try poll(items, timeout: max(.zero, instant - ContinuousClock().now))
        try Self.checkSignals(signals)
    }

    private static func checkSignals(_ signals: SignalInbox?) throws(Interruption) {
        for signal in signals?.take() ?? [] where SignalInbox.isEnd(signal) { throw Interruption() }
    }

    /// A coordinator that was started anew may have another endpoint than before.
    private mutating func reconnectIfMoved() throws {
        guard case .directory = address, let endpoint = try address.resolve(), endpoint != connection.endpoint else {
            return
        }
        connection = try ClientConnection(endpoint, credentials, in: context)
    }

    /// The endpoint at `address`, as soon as there is one.
    private static func endpoint(
        _ address: EndpointArgument, _ patience: Duration, _ signals: SignalInbox?
    ) throws -> String {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            if let endpoint = try address.resolve() { return endpoint }
            guard clock.now < deadline else {
                throw Complaint(
                    .work, "no coordinator has written its endpoint there", at: "\(address)",
                    advice: "start one with 'platonic coordinator --state', or name another with --connect")
            }
            _ = try poll(signals.map { [$0.wakeUp.pollItem] } ?? [], timeout: min(lookInterval, deadline - clock.now))
            try checkSignals(signals)
        }
    }
}
