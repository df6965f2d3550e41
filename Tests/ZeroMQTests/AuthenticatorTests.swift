import Dispatch
import Glibc
import Synchronization
import Testing

@testable import ZeroMQ

@Suite("Authentication of CURVE clients")
struct AuthenticatorTests {
    private let server: CurveKeyPair
    private let client: CurveKeyPair

    init() throws {
        server = try CurveKeyPair.generate()
        client = try CurveKeyPair.generate()
    }

    private func router(in context: borrowing MessagingContext) throws -> Socket {
        var options = SocketOptions()
        options.security = .curveServer(secretKey: server.secretKey, domain: "test")
        let socket = try Socket(.router, in: context, options: options)
        try socket.bind("tcp://127.0.0.1:*")
        return socket
    }

    private func dealer(to endpoint: String, in context: borrowing MessagingContext) throws -> Socket {
        var options = SocketOptions()
        options.linger = .zero
        options.security = .curveClient(
            serverKey: server.publicKey, publicKey: client.publicKey, secretKey: client.secretKey)
        let socket = try Socket(.dealer, in: context, options: options)
        try socket.connect(endpoint)
        return socket
    }

    /// Whether a message of a new client arrives at `router` in time, and as whose.
    private func arrival(at router: borrowing Socket, in context: borrowing MessagingContext) throws -> String? {
        let dealer = try dealer(to: try router.lastEndpoint(), in: context)
        _ = try dealer.send([[7]])
        _ = try poll([router.pollItem(.receive)], timeout: .seconds(5))
        let name = try router.receiveAuthenticated(limits: MessageLimits(maxParts: 4, maxBytes: 100))?.sender.userID
        dealer.close()
        return name
    }

    @Test func whoIsLetInHasTheNameThatWasGiven() throws {
        let context = try MessagingContext()
        let authenticator = try Authenticator(in: context) { [client] request in
            request.mechanism == "CURVE" && request.domain == "test" && request.key == client.publicKey ? "ada" : nil
        }
        let router = try router(in: context)
        let name = try arrival(at: router, in: context)
        router.close()
        authenticator.close()
        #expect(name == "ada")
    }

    /// The answer to somebody who hung up cannot be delivered; it used to be the last that anybody got.
    @Test func whoHangsUpInTheMiddleOfItKeepsNobodyOut() throws {
        let context = try MessagingContext()
        let isAsked = DispatchSemaphore(value: 0)
        let mayAnswer = DispatchSemaphore(value: 0)
        let questions = Atomic(0)
        let authenticator = try Authenticator(in: context) { _ in
            if questions.add(1, ordering: .relaxed).oldValue == 0 {
                isAsked.signal()
                mayAnswer.wait()
            }
            return "ada"
        }
        let router = try router(in: context)
        let hasty = try dealer(to: try router.lastEndpoint(), in: context)
        isAsked.wait()
        hasty.close()
        // The server's side of the connection has to notice.
        usleep(300_000)
        mayAnswer.signal()
        let name = try arrival(at: router, in: context)
        router.close()
        authenticator.close()
        #expect(name == "ada")
    }

    @Test(arguments: [0, 3, 7])
    func whatIsNoRequestGetsNoAnswer(frames: Int) {
        #expect(Authenticator.reply(to: Array(repeating: [], count: frames)) { _ in "ada" } == nil)
    }
}
