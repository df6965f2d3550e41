/// Where a coordinator listens or is found: `tcp://HOST:PORT` or `ipc://PATH`, checked as far as its text goes.
package enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    case tcp(NetworkAddress)
    case ipc(path: String)

    /// Bytes of the longest path that a Unix socket can have.
    package static let longestPath = 107

    /// What an endpoint is for: at port 0 one can listen, and nobody can be found there.
    package enum Use: Sendable {
        case listening
        case connecting
    }

    /// - Parameter place: the option or variable that holds `text`, for the complaint.
    package init(_ text: String, for use: Use, at place: String) throws(Complaint) {
        func refuse(_ fault: String) -> Complaint {
            let port = use == .listening ? "; port 0 picks one" : ""
            return Complaint(
                .request, "'\(text)' \(fault)", at: place, advice: "give tcp://HOST:PORT or ipc://PATH\(port)")
        }
        if text.hasPrefix("ipc://") {
            let path = String(text.dropFirst("ipc://".count))
            guard !path.isEmpty else { throw refuse("has no path") }
            guard path.utf8.count <= Self.longestPath else {
                throw refuse("has a path of \(path.utf8.count) bytes, and a socket's can have \(Self.longestPath)")
            }
            self = .ipc(path: path)
            return
        }
        guard text.hasPrefix("tcp://") else { throw refuse("is no endpoint") }
        var rest = String(text.dropFirst("tcp://".count))
        // As libzmq writes every address, and a port that is to be picked.
        if use == .listening, rest.hasPrefix("*:") { rest = "0.0.0.0" + rest.dropFirst() }
        if use == .listening, rest.hasSuffix(":*") { rest = rest.dropLast() + "0" }
        do throws(NetworkAddress.Fault) {
            let address = try NetworkAddress(rest)
            guard address.port > 0 || use == .listening else {
                throw NetworkAddress.Fault("has the port 0, at which nobody listens")
            }
            self = .tcp(address)
        } catch {
            throw refuse("\(error)")
        }
    }

    /// Whether it is on the network, where keys are needed.
    package var isTCP: Bool { if case .tcp = self { true } else { false } }

    package var description: String {
        switch self {
        case .tcp(let address): "tcp://\(address)"
        case .ipc(let path): "ipc://\(path)"
        }
    }
}
