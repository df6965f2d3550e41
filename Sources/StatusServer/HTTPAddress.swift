internal import Foundation

/// Where to listen: `HOST:PORT`, or `[ADDRESS]:PORT` for IPv6. Port 0 picks one.
package struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".:-_%".contains($0)) })
        else { return nil }
        self.host = host
        self.port = Int(port)
    }

    /// Whether only this host can reach it.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") && Self.isNumeric(host) }

    /// Whether it stands for every interface.
    package var isEverywhere: Bool { host == "0.0.0.0" || host == "::" }

    package var description: String { text(port: port) }

    /// With another port.
    func text(port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether a `Host` header names this host itself and not some name that was made to point here (DNS rebinding).
    static func isOwnName(_ header: String) -> Bool {
        guard let address = HTTPAddress(header) ?? HTTPAddress(header + ":80") else { return false }
        return address.host == "localhost" || address.host.contains(":") || isNumeric(address.host)
    }

    private static func isNumeric(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
