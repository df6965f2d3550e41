import Foundation
import KeyStore
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing
import ZeroMQ

@testable import SweepRuntime

/// What a client says when it and the coordinator do not have the keys for each other.
struct ClientKeysTests {
    private let folder: TemporaryFolder
    private let keys: KeyDirectory

    init() throws {
        folder = try TemporaryFolder()
        keys = try KeyDirectory.create(folder.file("keys"))
    }

    /// What comes of asking a listener with CURVE, or without, that lets in whom `keys` allows.
    private func ask(
        _ credentials: ClientCredentials, hasKeys: Bool = true
    ) throws -> Complaint {
        let context = try MessagingContext()
        let allowed = try AllowList(keys)
        let authenticator = try Authenticator(in: context) { allowed.admit($0.key, from: $0.address) }
        var options = SocketOptions()
        if hasKeys { options.security = .curveServer(secretKey: try keys.serverSecret(), domain: "platonic") }
        let socket = try Socket(.router, in: context, options: options)
        try socket.bind("tcp://127.0.0.1:*")
        let address = try EndpointArgument(socket.lastEndpoint())
        let thrown = #expect(throws: Complaint.self) {
            var client = try CoordinatorClient(
                address, credentials: credentials, settings: ClientSettings(patience: .seconds(5)))
            _ = try client.workers()
        }
        authenticator.close()
        socket.close()
        context.close()
        return try #require(thrown)
    }

    @Test func aRevokedKey() throws {
        let bundle = try keys.issue("ada", role: .client)
        try keys.revoke("ada")
        let found = try ask(try ClientCredentials(keys: bundle))
        #expect(found.kind == .request && found.what == "the coordinator does not admit this key")
    }

    @Test func aKeyOfAnotherCoordinator() throws {
        let other = try KeyDirectory.create(folder.file("other"))
        let found = try ask(try ClientCredentials(keys: other.path))
        #expect(found.kind == .request && found.what == "every connection ends before the handshake")
    }

    @Test func noKeyWhereOneIsNeeded() throws {
        // Either side may notice first, and only the one that does knows why.
        let found = try ask(try ClientCredentials(isInsecure: true))
        #expect(found.kind == .request && found.advice.contains("--insecure"))
    }

    @Test func aKeyWhereNoneIsUsed() throws {
        let found = try ask(try ClientCredentials(keys: keys.path), hasKeys: false)
        #expect(found.kind == .request && found.advice.contains("--insecure"))
    }
}
