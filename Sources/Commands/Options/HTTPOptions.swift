import ArgumentParser
import Reporting
import StatusServer
import SweepModel
import SweepProtocol
import SweepRuntime

/// Where a coordinator is shown over HTTP.
struct HTTPOptions: ParsableArguments {
    @Option(
        name: .customLong("http"),
        help: ArgumentHelp(
            "Show progress at http://HOST:PORT (IPv6: [ADDRESS]:PORT) to browsers, Prometheus and other programs; port 0 picks one.",
            valueName: "host:port"),
        transform: { try HTTPAddress($0) })
    var http: HTTPAddress?

    @Option(
        name: .customLong("http-token-file"), help: "Show it only to those who know the token in this file.",
        completion: .file())
    var httpTokenFile: String?

    func validate() throws {
        guard http != nil || httpTokenFile == nil else { throw ValidationError("--http-token-file needs --http") }
    }

    /// Listens, if it was asked for; `warn` is told where everybody may look.
    func start(_ watch: CoordinatorWatch, warn: (String) -> Void) throws -> StatusServer? {
        guard let http else { return nil }
        let token = try httpTokenFile.map { try AccessToken(file: $0) }
        let server = try StatusServer(http, token: token, source: watch, documents: Self.documents)
        if !http.isLoopback, token == nil {
            warn("everyone who can reach http://\(server.address) may look: --http-token-file was not given")
        }
        return server
    }

    private static let documents = StatusDocuments(
        version: Platonic.version, sweeps: { try SweepListing.json($0) }, sweep: { try SweepListing.json($0) },
        workers: { try WorkerListing.json($0) }, incident: { try IncidentLine.json($0) },
        explanation: { try ExplanationText.json($0) })
}
