package import SweepModel

/// Where to listen for HTTP: `HOST:PORT`, or `[ADDRESS]:PORT` for IPv6. Port 0 picks one.
package struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    private let address: NetworkAddress

    package var host: String { address.host }
    package var port: Int { address.port }

    package init(_ text: String) throws(NetworkAddress.Fault) { address = try NetworkAddress(text) }

    /// Whether only this host can reach it.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && NetworkAddress.isIPv4(host)
    }

    package var description: String { address.description }

    /// With another port.
    func text(port: Int) -> String { address.text(port: String(port)) }

    /// Whether a `Host` header names this host itself and not some name that was made to point here (DNS rebinding).
    static func isOwnName(_ header: String) -> Bool {
        guard let address = (try? NetworkAddress(header)) ?? (try? NetworkAddress(header + ":80")) else { return false }
        return address.host == "localhost" || address.host.contains(":") || NetworkAddress.isIPv4(address.host)
    }
}
