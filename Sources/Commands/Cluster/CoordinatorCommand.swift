import ArgumentParser
import ArtifactStore
import Foundation
import StatusServer
import SweepModel
import SweepRuntime

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Serve any number of sweeps to any number of workers, durable across crashes.",
        discussion: """
            Everything that sweeps need is kept in the state directory. After a crash, kill -9 or a restart of the host the same command \
            goes on where it was: workers reconnect by themselves, and nothing that was committed is computed again.

            Peers over TCP need keys: 'platonic keys create DIR' makes them, 'platonic keys issue' issues more.

              platonic keys create keys
              platonic coordinator --bind tcp://0.0.0.0:7070 --state state --keys keys
              platonic worker --connect @state --keys keys

            With --http 127.0.0.1:7071 a page there shows what goes on, /metrics is for Prometheus, /api/v1 for other programs, and /healthz \
            and /readyz for probes. All of it is for looking only. The address is written to 'http' in the state directory.

            SIGTERM, SIGHUP and Ctrl-C stop it. Exit status: 0 when nothing is left to do, 3 when sweeps are, 2 when the request was wrong.
            """)

    @Option(
        help: "Where to listen: tcp://HOST:PORT (IPv6: tcp://[ADDRESS]:PORT), where port 0 picks one, or ipc://PATH.")
    var bind = "tcp://0.0.0.0:7070"

    @Option(help: "The state directory; 'endpoint' in it is what --connect @DIR reads.", completion: .directory)
    var state: String

    @Option(help: "The directory of keys (default: $PLATONIC_KEYS).", completion: .directory)
    var keys: String?

    @Flag(help: "Let in everyone who can reach the endpoint, without encryption.")
    var insecure = false

    @Option(help: "The name or address by which other hosts reach this one (default: its host name).")
    var advertise: String?

    @Option(
        help: "The directory for artifacts, shared with all workers that see it (default: $XDG_CACHE_HOME/platonic).",
        completion: .directory)
    var artifacts: String?

    @Option(
        help:
            "Cut the artifact directory back to this size at the start, and take no uploads beyond it (default: 20GiB).",
        transform: { try ByteCount($0) })
    var artifactsLimit: ByteCount?

    @Option(help: "Give the work of a worker that is alive without progress for so long to others (default: 60s).")
    var stallLimit: DurationArgument?

    @OptionGroup(title: "Watching") var http: HTTPOptions

    @Option(help: "The form of log lines: text or json.")
    var logFormat = LogFormat.text

    @Flag(help: "Log warnings only.")
    var quiet = false

    func validate() throws {
        if let advertise, !NetworkAddress.isName(advertise), !NetworkAddress.isIPv6(advertise) {
            throw ValidationError("--advertise is '\(advertise)'; give the name or the address of this host alone")
        }
    }

    func run() throws {
        // Before anything listens or is written.
        let endpoint = try Endpoint(bind, for: .listening, at: "--bind").inNumbers(at: "--bind")
        let directory = keys ?? EnvironmentVariable.value("PLATONIC_KEYS")
        if directory == nil, !insecure, endpoint.isTCP {
            throw Complaint(
                .request, "a TCP endpoint needs keys", at: bind,
                advice:
                    "give --keys DIR ('platonic keys create DIR' makes them), or --insecure on a network that you trust"
            )
        }
        let artifactDirectory = artifacts ?? ArtifactDirectory.defaultPath
        try OutputPlaces.keepApart([state, artifactDirectory])
        let log = EventLog(format: logFormat, quiet: quiet)
        let watch = CoordinatorWatch()
        // Before the journal is read, so that a probe does not end a coordinator that reads for long.
        let server = try http.start(watch) { log.note(kind: "http-open", $0, isWarning: true) }
        defer { server?.stop() }
        let configuration = CoordinatorService.Configuration(
            bind: endpoint, state: state, keys: insecure || !endpoint.isTCP ? nil : directory,
            advertise: advertise,
            artifactDirectory: artifactDirectory,
            artifactLimit: artifactsLimit?.bytes ?? 20 << 30, stallLimit: stallLimit?.duration ?? .seconds(60),
            httpAddress: server?.address)
        if let server { log.note(kind: "http", "shown at http://\(server.address)") }
        let status = try CoordinatorService(configuration, log: log, watch: watch).run(signals: try SignalInbox())
        if status != ExitStatus.done { throw ExitCode(status) }
    }
}

extension LogFormat: ExpressibleByArgument {}
