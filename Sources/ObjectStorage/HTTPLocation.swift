/// A URL of scheme http or https, taken apart as strictly as everything that is sent to a server must be.
struct HTTPLocation: Equatable, Sendable {
    let scheme: String
    let host: String
    let port: Int
    /// As written, beginning with a slash or empty.
    let path: String

    /// Scheme, host and port: whom credentials are meant for.
    var origin: String { "\(scheme)://\(host)" + (port == Self.defaultPort(scheme) ? "" : ":\(port)") }

    /// Takes `text` apart. Throws for anything but scheme, host, port and path.
    init(_ text: String) throws(TransferError) {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }) else {
            throw TransferError(.address, "the URL has control characters or backslashes")
        }
        guard let separator = text.range(of: "://") else {
            throw TransferError(.address, "the URL has no scheme")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard let standardPort = Self.defaultPort(scheme) else {
            throw TransferError(.address, "the scheme is '\(scheme)', not s3, http or https")
        }
        let rest = text[separator.upperBound...]
        // Whoever holds such a URL can read the object, and stores are named in plans, logs and results.
        guard !rest.contains("?") else {
            throw TransferError(.address, "the URL has a query, which may hold a secret (as presigned URLs do)")
        }
        guard !rest.contains("#") else { throw TransferError(.address, "the URL has a fragment (#…)") }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else {
            throw TransferError(.address, "the URL names a user or a password")
        }
        (host, port) = try Self.hostAndPort(authority, standardPort)
        self.scheme = scheme
        path = String(rest[authority.endIndex...])
    }

    static func defaultPort(_ scheme: String) -> Int? { scheme == "https" ? 443 : scheme == "http" ? 80 : nil }

    private static func hostAndPort(
        _ authority: Substring, _ standard: Int
    ) throws(TransferError) -> (host: String, port: Int) {
        var host = authority
        var port = standard
        let colon = authority.hasPrefix("[") ? authority.range(of: "]:")?.upperBound : authority.firstIndex(of: ":")
        if let colon {
            let digits = authority.hasPrefix("[") ? authority[colon...] : authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                (1...65535).contains(number)
            else { throw TransferError(.address, "the URL's port is no number from 1 to 65535") }
            port = number
            host = authority.hasPrefix("[") ? authority[..<authority.index(before: colon)] : authority[..<colon]
        }
        let isNumeric = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        let inner = isNumeric ? host.dropFirst().dropLast() : host
        let legal = isNumeric ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789.-_"
        guard !inner.isEmpty, inner.utf8.count <= 253, inner.lowercased().allSatisfy(legal.contains) else {
            throw TransferError(.address, "the URL's host is empty or no host name")
        }
        return (host.lowercased(), port)
    }
}

extension StringProtocol {
    /// Where `text` first occurs.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
