import Glibc

/// What names of hosts stand for, where libzmq does not ask.
package enum HostAddress {
    /// The first IPv4 address of `host` in numbers, or its first IPv6 address where it has no other; nil where nobody knows it.
    package static func numeric(_ host: String) -> String? {
        first(of: host, family: AF_INET) ?? first(of: host, family: AF_INET6)
    }

    /// Whether an endpoint is `tcp://[ADDRESS]:PORT`, or names a host that IPv4 does not reach.
    static func isIPv6(endpoint: String) -> Bool {
        let scheme = "tcp://"
        guard endpoint.hasPrefix(scheme), let colon = endpoint.lastIndex(of: ":") else { return false }
        let host = String(endpoint[..<colon].dropFirst(scheme.count))
        if host.hasPrefix("[") { return true }
        // Addresses in numbers, and wildcards, need no question.
        guard host.contains(where: { $0.isLetter }) else { return false }
        return numeric(host)?.contains(":") ?? false
    }

    private static func first(of host: String, family: Int32) -> String? {
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        guard let entry = found?.pointee else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
