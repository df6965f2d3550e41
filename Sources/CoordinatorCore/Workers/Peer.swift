/// A connection, by the routing id that the socket gave it.
package struct Peer: Hashable, Sendable {
    package let routingID: [UInt8]

    package init(routingID: [UInt8]) { self.routingID = routingID }
}

/// Who is behind a connection, as the transport has authenticated it.
package struct Identity: Hashable, Sendable {
    package enum Role: String, Hashable, Codable, Sendable {
        /// May do everything, to everyone's sweeps.
        case admin
        /// Submits sweeps, and changes its own.
        case client
        case worker
        /// Looks.
        case observer
    }

    /// The name on the key.
    package let name: String
    package let role: Role

    package init(name: String, role: Role) {
        self.name = name
        self.role = role
    }

    /// Whoever can reach a socket that only this user can reach, or that was left open to everyone.
    package static let local = Identity(name: "local", role: .admin)

    package var mayWork: Bool { role == .worker || role == .admin }
    package var maySubmit: Bool { role == .client || role == .admin }
    package var mayLook: Bool { role != .worker }
}
