/// Why an object on a server, or a list of them, cannot be had. No message holds a secret.
package struct TransferError: Error, Hashable, Sendable {
    /// The kinds of failure that callers tell apart.
    package enum Kind: String, Sendable {
        /// The URL, or a setting in the environment, cannot be used.
        case address
        /// There is no such object or bucket.
        case notFound
        /// The server refuses these credentials, or their absence.
        case denied
        /// The bucket is in another region.
        case wrongRegion
        /// The object is no longer the one that was opened.
        case changed
        /// The server does not answer as object storage does, such as by sending more than was asked for.
        case unsuitable
        /// The server cannot be found or reached.
        case unreachable
        /// The connection broke, or nothing came for long.
        case interrupted
        /// The server says that it cannot answer now.
        case busy
    }

    package let kind: Kind
    /// A clause, such as "the server answers 403 (AccessDenied)".
    package let reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// Whether the same request may well succeed a moment later.
    var isPassing: Bool { kind == .busy || kind == .interrupted }
}
