internal import Foundation

/// A host and a port: `HOST:PORT`, or `[ADDRESS]:PORT` for IPv6.
///
/// Whether a name is known to the network is not asked here; an address in numbers is looked at to its end.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address in numbers without brackets.
    package let host: String
    package let port: Int

    /// Throws what is wrong with `text`, in words that go on after it.
    package init(_ text: String) throws(Fault) {
        guard let colon = text.lastIndex(of: ":") else { throw Fault("has no port: give HOST:PORT") }
        let digits = text[text.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else {
            throw Fault(
                digits.isEmpty ? "has no port after its ':'" : "has the port '\(digits)', and ports go from 0 to 65535")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard Self.isIPv6(host) else { throw Fault("has no IPv6 address between its brackets, such as [::1]:7070") }
        } else {
            guard !host.isEmpty else { throw Fault("has no host before its ':'") }
            guard !host.contains("["), !host.contains("]") else {
                throw Fault("has a bracket without its other one: give [ADDRESS]:PORT")
            }
            guard !host.contains(":") else { throw Fault("is an IPv6 address without brackets: give [ADDRESS]:PORT") }
            guard Self.isName(host) else {
                throw Fault("has the host '\(host)', which is neither a name nor an address")
            }
        }
        self.host = host
        self.port = Int(port)
    }

    package var description: String { text(port: String(port)) }

    /// With another port.
    package func text(port: String) -> String { "\(Self.inBrackets(host)):\(port)" }

    /// `host` as it stands before a port.
    package static func inBrackets(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// Whether `host` is four numbers.
    package static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether `host` is an IPv6 address, perhaps with the interface after a %.
    package static func isIPv6(_ host: String) -> Bool {
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        var address = in6_addr()
        return inet_pton(AF_INET6, String(parts[0]), &address) == 1
            && parts.dropFirst().allSatisfy { isName(String($0)) }
    }

    /// Whether `host` is a name of the usual characters, or an IPv4 address: numbers between dots must be one.
    package static func isName(_ host: String) -> Bool {
        let isUsual = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
        let isNumeric = host.allSatisfy { $0.isNumber || $0 == "." }
        return !host.isEmpty && isUsual && (!isNumeric || isIPv4(host))
    }

    /// What is wrong with an address.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }
}
