import CCurl
internal import Glibc

/// How long a server may take.
package struct TransferLimits: Sendable {
    /// Seconds until a connection stands.
    package var connectSeconds = 20
    /// Seconds in which nothing, or next to nothing, comes.
    package var stallSeconds = 60
    /// How often a request is made until it is given up.
    package var attempts = 3

    package init() {}
}

/// libcurl as a whole.
package enum TransferLibrary {
    /// Such as `7.88.1 OpenSSL/3.0.17`: its version and what encrypts for it.
    package static var version: String {
        let words = curl_version().map { String(cString: $0).split(separator: " ") } ?? []
        return words.prefix(2).joined(separator: " ").replacing("libcurl/", with: "")
    }
}

/// A connection to one server, kept between requests. It belongs to one caller at a time.
final class Transfer {
    /// What a server answers.
    struct Answer {
        let status: Int
        /// The bytes that went to the caller's buffer.
        let count: Int
        let contentRange: String?
        let entityTag: String?
        let modified: String?
    }

    private let handle: UnsafeMutableRawPointer
    private let settings: S3Settings
    private let limits: TransferLimits
    private let certificates = CertificateBundle.path()

    private static let isReady: Bool = curl_global_init(ccurl_everything()) == CURLE_OK

    init(_ settings: S3Settings, _ limits: TransferLimits) throws(TransferError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw TransferError(.unsuitable, "libcurl cannot be used here")
        }
        self.handle = handle
        self.settings = settings
        self.limits = limits
    }

    deinit { curl_easy_cleanup(handle) }

    /// Gets `location`, or bytes `range` of it, into `buffer`, trying again where that may help. Throws for every answer but
    /// `expecting`, and where more comes than the buffer holds.
    func get(
        _ location: String, range: Range<Int>? = nil, expecting status: Int, isSigned: Bool,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(TransferError) -> Answer {
        var attempt = 1
        while true {
            do throws(TransferError) {
                return try getOnce(location, range, status, isSigned, buffer)
            } catch {
                guard error.isPassing, attempt < limits.attempts else { throw error }
                usleep(UInt32(200_000 * attempt))
                attempt += 1
            }
        }
    }

    private func getOnce(
        _ location: String, _ range: Range<Int>?, _ expected: Int, _ isSigned: Bool,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(TransferError) -> Answer {
        // The connection outlives this.
        curl_easy_reset(handle)
        let receiver = Receiver(handle: handle, expected: expected, buffer: buffer)
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(headers) }
        let codes = prepare(location, range, isSigned, receiver, &headers)
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw TransferError(.unsuitable, "this libcurl lacks an option that is needed: 7.87 or newer has them")
        }
        let code = withExtendedLifetime(receiver) { curl_easy_perform(handle) }
        let status = ccurl_status(handle)
        if receiver.overflowed {
            throw TransferError(.unsuitable, "the server sends more bytes than were asked for")
        }
        // A transfer that fails elsewhere than over its answer may have an earlier one's status, that of a redirection.
        if code == CURLE_OK || code == CURLE_WRITE_ERROR, status != 0, status != expected {
            throw Refusal.error(status, body: receiver.body, region: header("x-amz-bucket-region"))
        }
        guard code == CURLE_OK else { throw Refusal.error(code, limits) }
        return Answer(
            status: status, count: receiver.count, contentRange: header("content-range"),
            entityTag: header("etag"), modified: header("last-modified"))
    }

    private func prepare(
        _ location: String, _ range: Range<Int>?, _ isSigned: Bool, _ receiver: Receiver,
        _ headers: inout UnsafeMutablePointer<curl_slist>?
    ) -> [CURLcode] {
        var codes = [
            ccurl_set_text(handle, CURLOPT_URL, location),
            ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_text(handle, CURLOPT_USERAGENT, "platonic"),
            // Keys may have components that are dots.
            ccurl_set_number(handle, CURLOPT_PATH_AS_IS, 1),
            ccurl_set_number(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_number(handle, CURLOPT_CONNECTTIMEOUT, limits.connectSeconds),
            ccurl_set_number(handle, CURLOPT_LOW_SPEED_LIMIT, 64),
            ccurl_set_number(handle, CURLOPT_LOW_SPEED_TIME, limits.stallSeconds),
            ccurl_set_receiver(handle, Receiver.take, Unmanaged.passUnretained(receiver).toOpaque()),
        ]
        if let bundle = certificates { codes.append(ccurl_set_text(handle, CURLOPT_CAINFO, bundle)) }
        if let range {
            codes.append(ccurl_set_text(handle, CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        guard isSigned, let credentials = settings.credentials else {
            // Signed requests go to the endpoint alone, so only the others follow it elsewhere, and never out of encryption.
            let schemes = location.hasPrefix("https:") ? "https" : "http,https"
            return codes + [
                ccurl_set_number(handle, CURLOPT_FOLLOWLOCATION, 1), ccurl_set_number(handle, CURLOPT_MAXREDIRS, 5),
                ccurl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, schemes),
            ]
        }
        // The digest of no bytes, which is what a GET sends.
        headers = curl_slist_append(
            headers, "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        if let token = credentials.token { headers = curl_slist_append(headers, "x-amz-security-token: \(token)") }
        codes += [
            ccurl_set_headers(handle, headers),
            ccurl_set_text(handle, CURLOPT_AWS_SIGV4, "aws:amz:\(settings.region):s3"),
            ccurl_set_text(handle, CURLOPT_USERNAME, credentials.keyID),
            ccurl_set_text(handle, CURLOPT_PASSWORD, credentials.secret),
        ]
        return codes
    }

    private func header(_ name: String) -> String? {
        ccurl_header(handle, name).map { String(cString: $0) }.flatMap { $0.utf8.count <= 256 ? $0 : nil }
    }
}

/// Where the bytes of an answer go: what was asked for to the caller's buffer, an error's beginning aside.
private final class Receiver {
    private let handle: UnsafeMutableRawPointer
    private let expected: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    private(set) var overflowed = false
    private(set) var body: [UInt8] = []

    init(handle: UnsafeMutableRawPointer, expected: Int, buffer: UnsafeMutableRawBufferPointer) {
        self.handle = handle
        self.expected = expected
        self.buffer = buffer
    }

    static let take: ccurl_receive = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let receiver = Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
        let (length, isTooMuch) = size.multipliedReportingOverflow(by: count)
        guard !isTooMuch else { return 0 }
        return receiver.take(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
    }

    /// False ends the transfer.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let status = ccurl_status(handle)
        guard status == expected else {
            body += bytes.prefix(4096 - min(body.count, 4096))
            return status >= 300 && body.count < 4096
        }
        guard bytes.count <= buffer.count - count else {
            overflowed = true
            return false
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
        count += bytes.count
        return true
    }
}
