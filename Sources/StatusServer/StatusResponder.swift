internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import SweepModel
internal import SweepProtocol

/// Answers one request: who may ask, what for, and with what headers.
struct StatusResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let pages: DocumentPages
    let source: any StatusSource
    let token: AccessToken?
    /// Whether only requests that name this host itself are answered.
    let isLocal: Bool

    /// A loop that has not turned for so long is stuck.
    private static let silenceLimit = 10.0
    /// Nothing from elsewhere, and nothing that is written into the page.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(request)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The answer, without the headers that all have.
    func answer(_ request: Request) async -> Response {
        let path = request.uri.path
        if isLocal, !HTTPAddress.isOwnName(request.head.authority ?? "") {
            return plain(
                .misdirectedRequest, "this address is for this host only; without a token no other name is answered")
        }
        if path == "/healthz" || path == "/readyz" {
            return refusal(ofMethod: request) ?? (path == "/healthz" ? health() : readiness())
        }
        if let token {
            if path == "/", let given = request.uri.queryParameters["token"], token.matches(given) {
                return Response(status: .seeOther, headers: [.location: "./", .setCookie: token.setCookie()])
            }
            guard
                token.isIn(authorization: request.headers[.authorization])
                    || token.isIn(cookies: request.headers[.cookie])
            else {
                var refusal = plain(
                    .unauthorized, "give 'Authorization: Bearer TOKEN', or in a browser open /?token=TOKEN once")
                refusal.headers[.wwwAuthenticate] = "Bearer realm=\"platonic\""
                return refusal
            }
        }
        if let refusal = refusal(ofMethod: request) { return refusal }
        if let file = PageFiles.file(path) { return found(file, request) }
        do {
            let parameters = Dictionary(
                request.uri.queryParameters.map { (String($0.key), String($0.value)) },
                uniquingKeysWith: { first, _ in first })
            guard let question = try Question(path: path, parameters: parameters) else {
                return plain(.notFound, "there is nothing at this path; Schemas/http.md lists what there is")
            }
            return found(try await pages.document(question), request)
        } catch let misunderstanding as Question.Misunderstanding {
            return plain(.badRequest, misunderstanding.sentence)
        } catch let complaint as Complaint {
            return plain(complaint.kind == .request ? .notFound : .serviceUnavailable, "\(complaint)")
        } catch {
            return plain(.internalServerError, "\(error)")
        }
    }

    private func refusal(ofMethod request: Request) -> Response? {
        guard request.method != .get, request.method != .head else {
            let hasBody =
                request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
            guard hasBody else { return nil }
            var refusal = plain(.contentTooLarge, "a request has no body here")
            refusal.headers[.connection] = "close"
            return refusal
        }
        var refusal = plain(.methodNotAllowed, "this is for looking only: GET and HEAD")
        refusal.headers[.allow] = "GET, HEAD"
        refusal.headers[.connection] = "close"
        return refusal
    }

    private func health() -> Response {
        let health = source.health
        guard health.silentSeconds < Self.silenceLimit else {
            return plain(
                .serviceUnavailable, "the coordinator's loop has not turned for \(Int(health.silentSeconds)) s")
        }
        return plain(.ok, "ok")
    }

    private func readiness() -> Response {
        let phase = source.health.phase
        return phase == .serving ? plain(.ok, "ok") : plain(.serviceUnavailable, "the coordinator is \(phase.rawValue)")
    }

    private func found(_ document: Document, _ request: Request) -> Response {
        let headers: HTTPFields = [.contentType: document.type, .eTag: document.tag, .cacheControl: "no-cache"]
        if request.headers[.ifNoneMatch] == document.tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: document.bytes)))
    }

    private func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}
