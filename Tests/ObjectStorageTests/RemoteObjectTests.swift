import Testing

@testable import ObjectStorage

struct RemoteObjectTests {
    private static let content: [UInt8] = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

    private func open(
        _ server: CannedServer, attempts: Int = 1, patience: Int = 60, _ variables: [String: String] = [:]
    ) throws -> RemoteObject {
        let settings = try S3Settings(environment: variables) { _ in nil }
        var limits = TransferLimits()
        limits.attempts = attempts
        limits.stallSeconds = patience
        return try RemoteObject(ObjectURL(server.url, settings), settings, limits)
    }

    private func read(_ object: RemoteObject, _ range: Range<Int>) throws -> [UInt8] {
        // What lies beyond the buffer must stay as it is.
        var bytes = [UInt8](repeating: 0xAA, count: range.count + 4096)
        try bytes.withUnsafeMutableBytes {
            try object.read(at: range.lowerBound, into: .init(rebasing: $0[..<range.count]))
        }
        #expect(bytes[range.count...].allSatisfy { $0 == 0xAA })
        return Array(bytes[..<range.count])
    }

    @Test func bytesAreThoseOfTheObject() throws {
        let server = try CannedServer { request, _ in CannedServer.part(of: Self.content, request) }
        let object = try open(server)
        #expect(object.byteCount == 5_000_000)
        #expect(object.version == "\"1\"")
        #expect(!object.versionIsExact)
        for range in [
            0..<8, 8..<500, 1_048_570..<1_048_590, 4_999_990..<5_000_000, 100..<4_900_000, 3_000_000..<4_048_576, 5..<5,
        ] {
            #expect(try read(object, range) == Array(Self.content[range]), "\(range)")
        }
        #expect(throws: TransferError.self) { _ = try read(object, 4_999_999..<5_000_001) }
    }

    @Test func smallReadsShareRequests() throws {
        let server = try CannedServer { request, _ in CannedServer.part(of: Self.content, request) }
        let object = try open(server)
        for first in stride(from: 0, to: 2_000_000, by: 1000) { _ = try read(object, first..<first + 64) }
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        (403, "<Error><Code>AccessDenied</Code></Error>", TransferError.Kind.denied), (404, "", .notFound),
        (400, "<Code>AuthorizationHeaderMalformed</Code>", .wrongRegion), (301, "", .wrongRegion),
        (416, "", .unsuitable),
        (503, "<Code>SlowDown</Code>", .busy), (200, "all of it", .unsuitable), (418, "", .unsuitable),
    ]) func refusals(_ status: Int, _ body: String, _ kind: TransferError.Kind) throws {
        let server = try CannedServer { _, _ in CannedServer.reply(status, [], Array(body.utf8)) }
        let error = #expect(throws: TransferError.self) { _ = try open(server) }
        #expect(error?.kind == kind)
        if body.contains("AccessDenied") { #expect(error?.reason == "the server answers 403 (AccessDenied)") }
    }

    /// Servers that lie about what they send, at once or later; a reader that believed them would write beyond its buffer.
    @Test(arguments: [1, 2]) func moreThanWasAskedFor(_ honest: Int) throws {
        let server = try CannedServer { request, number in
            number < honest
                ? CannedServer.part(of: Self.content, request)
                : CannedServer.reply(
                    206, ["ETag: \"1\"", "Content-Range: bytes 2097152-2097251/5000000"], Self.content)
        }
        let error = #expect(throws: TransferError.self) { _ = try read(try open(server), 2_097_152..<2_097_252) }
        #expect(error?.kind == .unsuitable)
        #expect(error?.reason.contains("more bytes") == true)
    }

    @Test(arguments: [
        "Content-Range: bytes 0-9/10", "ETag: \"1\"", "ETag: \"1\"\r\nContent-Range: bytes 5-14/20",
        "ETag: \"1\"\r\nContent-Range: bytes 0-9/99999999999999999999999", "ETag: \"1\"\r\nContent-Range: bytes 0-9/*",
        "ETag: \"1\"\r\nContent-Range: bytes 0-9/1000", "ETag: \"1\"\r\nContent-Range: bytes -5-9/-10",
    ]) func headersThatSayTooLittleOrNonsense(_ headers: String) throws {
        let server = try CannedServer { _, _ in CannedServer.reply(206, [headers], Array(0..<10)) }
        let error = #expect(throws: TransferError.self) { _ = try open(server) }
        #expect(error?.kind == .unsuitable)
    }

    @Test func replacedWhileItIsRead() throws {
        let server = try CannedServer { request, number in
            CannedServer.part(of: Self.content, request, tag: number == 1 ? "\"1\"" : "\"2\"")
        }
        let object = try open(server)
        #expect(try read(object, 0..<100) == Array(Self.content[..<100]))
        let error = #expect(throws: TransferError.self) { _ = try read(object, 3_000_000..<3_000_100) }
        #expect(error?.kind == .changed)
    }

    @Test func cutConnectionsAreTriedAgainAndThenGivenUp() throws {
        let mended = try CannedServer { request, number in
            let whole = CannedServer.part(of: Self.content, request)
            return number < 3 ? Array(whole.prefix(1000)) : whole
        }
        #expect(try read(try open(mended, attempts: 3), 0..<100) == Array(Self.content[..<100]))
        #expect(mended.requests.count == 3)
        let broken = try CannedServer { request, _ in Array(CannedServer.part(of: Self.content, request).prefix(1000)) }
        let error = #expect(throws: TransferError.self) { _ = try open(broken, attempts: 2) }
        #expect(error?.kind == .interrupted)
        #expect(broken.requests.count == 2)
    }

    @Test func silentServersAreNotWaitedForForever() throws {
        let server = try CannedServer { _, _ in nil }
        let error = #expect(throws: TransferError.self) { _ = try open(server, attempts: 3, patience: 1) }
        #expect(error?.kind == .unreachable)
        #expect(server.requests.count == 1)
    }

    @Test func nobodyThere() throws {
        let settings = try S3Settings(environment: [:]) { _ in nil }
        for url in ["http://127.0.0.1:1/x", "http://nobody.invalid/x"] {
            let error = #expect(throws: TransferError.self) { _ = try RemoteObject(ObjectURL(url, settings), settings) }
            #expect(error?.kind == .unreachable)
        }
    }

    @Test func signedRequestsAreNotRedirected() throws {
        let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "sk", "AWS_SESSION_TOKEN": "token"]
        let elsewhere = try CannedServer { request, _ in CannedServer.part(of: Self.content, request) }
        let place = elsewhere.url
        let endpoint = try CannedServer { _, _ in CannedServer.reply(302, ["Location: \(place)"]) }
        let local = keys.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(endpoint.port)"]) { $1 }
        let error = #expect(throws: TransferError.self) { _ = try open(endpoint, local) }
        #expect(error?.kind == .wrongRegion)
        #expect(elsewhere.requests.isEmpty)
        let request = try #require(endpoint.requests.first).lowercased()
        #expect(request.contains("authorization: aws4-hmac-sha256") && request.contains("x-amz-security-token: token"))
        #expect(!request.contains("sk\r\n"))
        // Without credentials of its own, the request follows.
        #expect(try read(try open(endpoint), 5..<9) == Array(Self.content[5..<9]))
        #expect(elsewhere.requests.allSatisfy { !$0.lowercased().contains("authorization") })
    }

    @Test func redirectsThatNeverEnd() throws {
        let server = try CannedServer { _, _ in CannedServer.reply(302, ["Location: /object"]) }
        let error = #expect(throws: TransferError.self) { _ = try open(server) }
        #expect(error?.kind == .unsuitable || error?.kind == .wrongRegion)
        #expect(server.requests.count < 10)
    }
}
