internal import Dispatch
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
package import SweepModel
package import SweepProtocol
internal import Synchronization

/// Shows a coordinator over HTTP to people, Prometheus and other programs: read-only, on one thread, and never waiting long for it.
package final class StatusServer: Sendable {
    /// Where it listens, `HOST:PORT`.
    package let address: String
    private let task: Task<Void, Never>
    private let ended: DispatchSemaphore

    /// Connections at a time, and those of one address: proxies and probes share theirs with others.
    private static let connectionLimit = 200
    private static let connectionLimitOfAddress = 100
    /// A connection that says nothing, or does not get to the end of a request, for so long is closed.
    private static let idleLimit = TimeAmount.seconds(10)
    /// One that has not read a long answer for so long is closed.
    private static let readingLimit = TimeAmount.minutes(5)
    private static let headerBytes = 16 << 10

    /// Listens at `address`. Waits until it does, so it must not be called on a thread of Swift's pool.
    package init(
        _ address: HTTPAddress, token: AccessToken?, source: any StatusSource, documents: StatusDocuments
    ) throws(Complaint) {
        let responder = StatusResponder(
            pages: DocumentPages(source: source, documents: documents), source: source, token: token,
            isLocal: address.isLoopback && token == nil)
        let opening = Opening()
        var decoding = HTTP1Channel.Configuration.DecoderConfiguration()
        decoding.maxHeaderListSize = Self.headerBytes
        decoding.maxHeaderFieldSize = Self.headerBytes
        decoding.maxHeaderFieldCount = 100
        // Signals are the program's own, and so is its log.
        let silent = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
        let table = ConnectionTable(limit: Self.connectionLimit, limitOfAddress: Self.connectionLimitOfAddress)
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        ConnectionGuard(table, patience: Self.idleLimit, patienceWithReaders: Self.readingLimit)
                    ], idleTimeout: Self.idleLimit, httpDecoderConfiguration: decoding)),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                // Those that the table has just closed are still counted.
                availableConnectionsDelegate: MaximumAvailableConnections(2 * Self.connectionLimit, logger: silent)),
            onServerRunning: { opening.settle(.success($0.localAddress?.port ?? address.port)) },
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)), logger: silent)
        let ended = DispatchSemaphore(value: 0)
        self.ended = ended
        task = Task.detached {
            do { try await application.run() } catch { opening.settle(.failure(error)) }
            ended.signal()
        }
        do {
            self.address = address.text(port: try opening.wait())
        } catch {
            throw Complaint(
                .request, "the coordinator cannot be shown over HTTP: \(Self.reason(error))", at: "\(address)",
                advice: "choose a free port of this host, such as 127.0.0.1:0, which picks one")
        }
    }

    /// Closes every connection.
    package func stop() {
        task.cancel()
        _ = ended.wait(timeout: .now() + .seconds(1))
    }

    private static func reason(_ error: any Error) -> String {
        guard let failure = error as? IOError else { return "\(error)" }
        return String(cString: strerror(failure.errnoCode))
    }
}

/// What became of opening the socket, for the thread that waits for it.
private final class Opening: Sendable {
    private let result = Mutex<Result<Int, any Error>?>(nil)
    private let settled = DispatchSemaphore(value: 0)

    /// The first outcome counts.
    func settle(_ outcome: Result<Int, any Error>) {
        let isFirst = result.withLock { result in
            guard result == nil else { return false }
            result = outcome
            return true
        }
        if isFirst { settled.signal() }
    }

    func wait() throws -> Int {
        settled.wait()
        return try result.withLock { try $0?.get() ?? 0 }
    }
}
