internal import KeyStore
package import SweepModel
internal import ZeroMQ

/// By what a client or a worker is let in.
package struct ClientCredentials: Sendable {
    private let keys: ClientKeys?
    private let isInsecure: Bool

    /// - Parameter directory: of the key; nil where there is none.
    /// - Parameter isInsecure: whether the user wants to talk over the network without a key.
    package init(keys directory: String? = nil, isInsecure: Bool = false) throws(Complaint) {
        keys = isInsecure ? nil : try Self.load(directory)
        self.isInsecure = isInsecure
    }

    private static func load(_ directory: String?) throws(Complaint) -> ClientKeys? {
        guard let directory else { return nil }
        return try ClientKeys(directory)
    }

    /// Gives a socket what it needs to connect to `endpoint`.
    func apply(to options: inout SocketOptions, endpoint: String) throws(Complaint) {
        guard endpoint.hasPrefix("tcp://"), !isInsecure else { return }
        guard let keys else {
            throw Complaint(
                .request, "a tcp:// endpoint needs keys", at: endpoint,
                advice: "give --keys DIR (or PLATONIC_KEYS), or --insecure where everybody on the network is trusted")
        }
        options.security = keys.security
    }
}
