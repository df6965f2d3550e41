internal import ArtifactStore
internal import CoordinatorCore
internal import Foundation
internal import KeyStore
internal import SweepJournal
package import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// A coordinator of any number of sweeps over TCP, durable across crashes.
package struct CoordinatorService {
    package struct Configuration: Sendable {
        /// Where to listen, with its host in numbers; port 0 picks one.
        package var bind: Endpoint
        /// The directory of the journal and the endpoint file.
        package var state: String
        /// The directory of the keys; nil where everyone is let in.
        package var keys: String?
        /// The name by which other hosts reach this one.
        package var advertise: String?
        package var artifactDirectory: String
        package var artifactLimit: Int
        /// A worker that is alive without progress for so long is hung.
        package var stallLimit: Duration
        /// Where it is shown over HTTP, `HOST:PORT`; nil where it is not.
        package var httpAddress: String?

        package init(
            bind: Endpoint, state: String, keys: String?, advertise: String?, artifactDirectory: String,
            artifactLimit: Int, stallLimit: Duration, httpAddress: String? = nil
        ) {
            self.bind = bind
            self.state = state
            self.keys = keys
            self.advertise = advertise
            self.artifactDirectory = artifactDirectory
            self.artifactLimit = artifactLimit
            self.stallLimit = stallLimit
            self.httpAddress = httpAddress
        }
    }

    private let configuration: Configuration
    private let log: EventLog
    private let watch: CoordinatorWatch?

    /// - Parameter watch: whoever looks on from other threads.
    package init(_ configuration: Configuration, log: EventLog, watch: CoordinatorWatch? = nil) {
        self.configuration = configuration
        self.log = log
        self.watch = watch
    }

    /// Serves until a signal comes, on the calling thread, which owns the socket. Returns the exit status: 3 where sweeps are left
    /// that the next coordinator on the same state goes on with.
    package func run(signals: SignalInbox) throws -> Int32 {
        try StateDirectory(configuration.state).check()
        let admission = try configuration.keys.map { try KeyAdmission(directory: $0) }
        let directory = try ArtifactDirectory(path: configuration.artifactDirectory)
        let lease = try ArtifactLease(directory, limit: configuration.artifactLimit)
        defer { withExtendedLifetime(lease) {} }
        let inbox = try LoopInbox()
        let journal = try SweepJournal(directory: configuration.state) { inbox.wakeUp.signal() }
        defer { journal.close() }
        // The state is this coordinator's now, and nobody else's address stays in it.
        try EndpointFile.write(http: configuration.httpAddress, in: configuration.state)
        var settings = CoordinatorSettings()
        settings.artifactDirectory = directory.path
        settings.artifactToken = lease.token
        settings.stallLimit = configuration.stallLimit
        let (coordinator, effects) = try RestoredCoordinator.make(journal, settings: settings, artifacts: directory)
        let messaging = try MessagingContext()
        // The handler of authentication must be there before anybody can knock.
        let authenticator = try admission.map { try $0.authenticator(in: messaging) }
        defer { authenticator?.close() }
        let socket = try Socket(
            .router, in: messaging, options: options(admission), monitoring: [.disconnected])
        let endpoint = try bind(socket)
        try EndpointFile.write(endpoint, in: configuration.state)
        if admission == nil, endpoint.hasPrefix("tcp://") {
            log.note(
                kind: "insecure", "everyone who can reach \(endpoint) may do everything: --insecure was given",
                isWarning: true)
        }
        let resumed = coordinator.statuses(now: .zero).filter { !$0.state.isOver }
        log.note(
            kind: "listening",
            "listening at \(endpoint)" + (resumed.isEmpty ? "" : "; going on with \(resumed.count.counted("sweep"))"))
        for status in resumed {
            log.note(
                kind: "resumed", "going on with sweep \(status.id): \(status.keptWork)",
                fields: ["sweep": "\(status.id)"])
        }
        let host = CoordinatorServiceHost(log: log)
        let artifacts = ArtifactThread(directory, limit: configuration.artifactLimit, wakeUp: inbox.wakeUp)
        defer { artifacts.stop() }
        let loop = CoordinatorLoop(
            coordinator, journal: journal, inbox: inbox, artifacts: artifacts, socket: socket,
            admission: admission ?? OpenAdmission(), signals: signals, host: host, watch: watch)
        try loop.decide { _ in ((), effects) }
        try loop.run()
        log.note(kind: "stopped", "stopped; the same command goes on where it ended")
        return loop.coordinator.isBusy ? ExitStatus.interrupted : ExitStatus.done
    }

    private func options(_ admission: KeyAdmission?) -> SocketOptions {
        var options = LocalSweep.socketOptions
        options.backlog = 4096
        options.handshakeInterval = .seconds(10)
        if let admission { options.security = admission.security }
        return options
    }

    private func bind(_ socket: borrowing Socket) throws -> String {
        let endpoint = configuration.bind.description
        do {
            try socket.bind(endpoint)
            let bound = try socket.lastEndpoint()
            return EndpointFile.reachable(bound.isEmpty ? endpoint : bound, advertised: configuration.advertise)
        } catch {
            throw Complaint(
                .request, "the coordinator cannot listen: \(error.code)", at: endpoint,
                advice: endpoint.hasPrefix("ipc://")
                    ? "name a path at which nothing is, or a socket that nobody listens at: other files are left alone"
                    : "choose a free port of this host, such as tcp://0.0.0.0:0, which picks one")
        }
    }
}

/// What goes on around a coordinator that serves: signals end it, and everything is logged.
final class CoordinatorServiceHost: CoordinatorHost {
    private let log: EventLog

    init(log: EventLog) { self.log = log }

    func note(_ incident: Incident) {
        var fields: [String: String] = [:]
        fields["sweep"] = incident.sweep?.description
        fields["worker"] = incident.worker
        fields["host"] = incident.host
        if incident.count > 1 { fields["count"] = String(incident.count) }
        log.note(kind: incident.kind, incident.text, isWarning: incident.isWarning, fields: fields)
    }

    func take(signal: Int32, _ loop: CoordinatorLoop) throws {
        if SignalInbox.isEnd(signal) { loop.stop() }
    }

    func ended(_ sweep: SweepID, _ ending: SweepEnding, _ loop: CoordinatorLoop) throws {}
    func turned(_ loop: CoordinatorLoop) throws {}
}
