import CCurl

/// What answers that are none, and transfers that fail, amount to.
enum Refusal {
    /// Of a status that was not expected; `body` is the beginning of what came with it.
    static func error(_ status: Int, body: [UInt8], region: String?) -> TransferError {
        let code = code(body)
        let answer = "the server answers \(status)" + (code.map { " (\($0))" } ?? "")
        switch (status, code) {
        case (_, "AuthorizationHeaderMalformed"), (_, "IllegalLocationConstraintException"),
            (_, "PermanentRedirect"), (_, "TemporaryRedirect"), (300..<400, _):
            guard let region, region.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                return TransferError(.wrongRegion, answer)
            }
            return TransferError(.wrongRegion, "\(answer): the bucket is in '\(region)'")
        case (404, _), (410, _): return TransferError(.notFound, answer)
        case (401, _), (403, _), (_, "ExpiredToken"), (_, "InvalidToken"): return TransferError(.denied, answer)
        case (200, _): return TransferError(.unsuitable, "the server sends whole files only: it knows no ranges")
        case (416, _): return TransferError(.unsuitable, "the object is empty, or shorter than it was")
        case (408, _), (429, _), (500..., _): return TransferError(.busy, answer)
        default: return TransferError(.unsuitable, answer)
        }
    }

    /// Of a transfer that libcurl gave up.
    static func error(_ code: CURLcode, _ limits: TransferLimits) -> TransferError {
        let words = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return TransferError(.unreachable, "the host name is not known")
        case CURLE_COULDNT_CONNECT: return TransferError(.unreachable, "nobody answers at that host and port")
        case CURLE_OPERATION_TIMEDOUT:
            return TransferError(.unreachable, "nothing came from the server for \(limits.stallSeconds) seconds")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR:
            return TransferError(.unreachable, "no trusted encrypted connection can be made: \(words)")
        case CURLE_SSL_CACERT_BADFILE:
            return TransferError(
                .unsuitable,
                "the certificates cannot be read that AWS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names, or the system's"
            )
        case CURLE_TOO_MANY_REDIRECTS: return TransferError(.unsuitable, "the server redirects in circles")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            return TransferError(.unsuitable, "the URL, or what the server redirects to, cannot be used")
        case CURLE_WRITE_ERROR: return TransferError(.unsuitable, "the server sends what was not asked for")
        default: return TransferError(.interrupted, "the connection broke: \(words)")
        }
    }

    /// The code in S3's XML for errors, if that is what came.
    private static func code(_ body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let start = text.range(of: "<Code>")?.upperBound else { return nil }
        let code = text[start...].prefix { $0 != "<" }
        let isPlain = code.utf8.allSatisfy {
            (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0)
        }
        return !code.isEmpty && code.utf8.count <= 64 && isPlain ? String(code) : nil
    }
}
