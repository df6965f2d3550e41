/// What the owner of a key may do.
package enum KeyRole: String, CaseIterable, Codable, Sendable {
    /// Everything, to everyone's sweeps.
    case admin
    /// Submit sweeps, and change its own.
    case client
    case worker
    /// Look.
    case observer
}

/// A key that was issued.
package struct IssuedKey: Hashable, Codable, Sendable {
    package let name: String
    package let role: KeyRole
    /// The public key in Z85, which is no secret.
    package let publicKey: String
    /// Seconds since 1970.
    package let issued: Double
    package let revoked: Double?

    package var isValid: Bool { revoked == nil }
}
