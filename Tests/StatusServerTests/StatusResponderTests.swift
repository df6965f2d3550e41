import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SweepModel
import SweepProtocol
import Testing

@testable import StatusServer

struct StatusResponderTests {
    private static let secret = "0123456789abcdef"

    private static let documents = StatusDocuments(
        version: "1", sweeps: { _ in "[]" }, sweep: { _ in "{}" }, workers: { "\($0.map(\.id))" },
        incident: { _ in "{}" },
        explanation: { $0.conclusion })

    private func responder(_ source: FakeSource, token: String? = nil, isLocal: Bool = false) -> StatusResponder {
        StatusResponder(
            pages: DocumentPages(source: source, documents: Self.documents), source: source,
            token: token.flatMap { AccessToken($0) }, isLocal: isLocal)
    }

    private func ask(
        _ responder: StatusResponder, _ path: String, method: HTTPRequest.Method = .get, host: String = "localhost:1",
        _ headers: HTTPFields = [:]
    ) async -> Response {
        let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers)
        return await responder.answer(Request(head: head, body: .init(buffer: ByteBuffer())))
    }

    @Test(arguments: [
        (CoordinatorHealth.Phase.starting, 0.0, 200, 503), (.serving, 1, 200, 200), (.serving, 11, 503, 200),
        (.stopping, 1, 200, 503),
    ])
    func probes(phase: CoordinatorHealth.Phase, silence: Double, health: Int, readiness: Int) async {
        // Probes need no token.
        let responder = responder(FakeSource(phase, silentSeconds: silence), token: Self.secret)
        #expect(await ask(responder, "/healthz").status.code == health)
        #expect(await ask(responder, "/readyz").status.code == readiness)
    }

    @Test(arguments: ["/", "/page.js", "/metrics", "/api/v1/overview", "/api/v1/workers", "/nothing"])
    func strangersSeeNothing(path: String) async {
        let source = FakeSource()
        let responder = responder(source, token: Self.secret)
        for authorization in [
            "", "Bearer", "Bearer \(Self.secret)x", "Bearer 0123456789abcdeF", "Basic \(Self.secret)",
        ] {
            let answer = await ask(responder, path, authorization.isEmpty ? [:] : [.authorization: authorization])
            #expect(answer.status == .unauthorized && answer.headers[.wwwAuthenticate] != nil)
        }
        #expect(await ask(responder, path + "?token=wrong").status == .unauthorized)
        #expect(source.questions == 0)
        let known = await ask(responder, path, [.authorization: "bearer \(Self.secret)"])
        #expect(known.status == (path == "/nothing" ? .notFound : .ok))
    }

    @Test func aBrowserGetsACookieForTheToken() async throws {
        let responder = responder(FakeSource(), token: Self.secret)
        let answer = await ask(responder, "/?token=\(Self.secret)")
        #expect(answer.status == .seeOther && answer.headers[.location] == "./")
        let cookie = try #require(answer.headers[.setCookie])
        #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"))
        let pair = String(cookie.prefix { $0 != ";" })
        #expect(await ask(responder, "/metrics", [.cookie: "a=b; \(pair)"]).status == .ok)
        #expect(await ask(responder, "/metrics", [.cookie: "x\(pair)"]).status == .unauthorized)
    }

    @Test func namesThatWereMadeToPointHereAreNotAnswered() async {
        #expect(
            await ask(responder(FakeSource(), isLocal: true), "/", host: "evil.example:1").status == .misdirectedRequest
        )
        #expect(await ask(responder(FakeSource(), isLocal: true), "/", host: "127.0.0.1:1").status == .ok)
        #expect(await ask(responder(FakeSource()), "/", host: "head.cluster:1").status == .ok)
    }

    @Test func onlyLookingIsAllowed() async {
        for method in [HTTPRequest.Method.post, .put, .delete, .patch, .options] {
            let answer = await ask(responder(FakeSource()), "/metrics", method: method)
            #expect(answer.status == .methodNotAllowed && answer.headers[.allow] == "GET, HEAD")
        }
        #expect(await ask(responder(FakeSource()), "/", [.contentLength: "5"]).status == .contentTooLarge)
    }

    @Test(arguments: [
        "/api/v1/backlog?target=0", "/api/v1/backlog?limit=-1", "/api/v1/workers?limit=x",
        "/api/v1/incidents?last=1001",
        "/api/v1/incidents?after=-1", "/api/v1/explain?sweep=0", "/api/v1/sweeps/1/matrix?digits=99",
    ])
    func parametersThatDoNotDo(path: String) async {
        #expect(await ask(responder(FakeSource()), path).status == .badRequest)
    }

    @Test(arguments: [
        "/api", "/api/v1", "/api/v2/sweeps", "/api/v1/sweeps/x", "/api/v1/sweeps/1/matrix/2", "/../etc/passwd", "//",
        "/api/v1/sweeps/9",
    ])
    func whatIsNotThere(path: String) async { #expect(await ask(responder(FakeSource()), path).status == .notFound) }

    @Test func aCoordinatorThatDoesNotAnswerIsUnavailable() async {
        let source = FakeSource(failure: Complaint(.work, "too late", at: "here", advice: "wait"))
        #expect(await ask(responder(source), "/api/v1/overview").status == .serviceUnavailable)
    }

    @Test func manyWhoAskAreOneWhoAsks() async {
        let source = FakeSource()
        let responder = responder(source)
        await withTaskGroup(of: Int.self) { group in
            for path in ["/metrics", "/api/v1/overview", "/api/v1/backlog", "/api/v1/sweeps"] {
                for _ in 0..<50 { group.addTask { await ask(responder, path).status.code } }
            }
            for await status in group { #expect(status == 200) }
        }
        // A slow machine may take longer over it than an answer lives.
        #expect(source.questions < 20)
    }

    @Test func workersAreFoundByHostIdAndState() async throws {
        let responder = responder(FakeSource(workers: 30))
        for (query, expected) in [
            ("search=HUNG", #"["w0"]"#), ("search=host29", #"["w29"]"#), ("limit=2", #"["w0", "w1"]"#),
            ("search=w1&limit=2", #"["w1", "w10"]"#), ("search=nobody", "[]"),
        ] {
            #expect(try await text(ask(responder, "/api/v1/workers?\(query)")) == expected)
        }
    }

    @Test func whatDidNotChangeIsNotSentAgain() async throws {
        let responder = responder(FakeSource())
        let tag = try #require(await ask(responder, "/api/v1/sweeps/1/matrix").headers[.eTag])
        #expect(await ask(responder, "/api/v1/sweeps/1/matrix", [.ifNoneMatch: tag]).status == .notModified)
        #expect(await ask(responder, "/api/v1/sweeps/1/matrix", [.ifNoneMatch: "\"1\""]).status == .ok)
    }

    @Test func theMatrixIsJSONWithNulls() async throws {
        let body = try await text(ask(responder(FakeSource()), "/api/v1/sweeps/4/matrix?digits=3"))
        let found = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(found["x"] as? [String] == ["a\"<b>", "c"])
        let scores = try #require(found["scores"] as? [[Any]])
        #expect(scores[0][0] as? Double == 0.123 && scores[1][0] is NSNull)
    }

    private func text(_ response: Response) async throws -> String {
        let writer = Collector()
        try await response.body.write(writer)
        return writer.text
    }
}

/// Takes in a body.
private final class Collector: ResponseBodyWriter {
    private(set) var text = ""

    func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
