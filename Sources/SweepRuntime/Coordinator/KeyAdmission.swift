internal import CoordinatorCore
internal import KeyStore
internal import SweepModel
internal import ZeroMQ

/// Lets in who has a valid key, and tells who that is.
final class KeyAdmission: Admission {
    private let allowed: AllowList
    private let secretKey: CurveKey
    private var pending: [Incident] = []
    private let clock = ContinuousClock()
    private var nextLook: ContinuousClock.Instant

    /// How often the directory of keys is looked at.
    private static let interval = Duration.seconds(1)
    private static let domain = "platonic"

    init(directory: String) throws(Complaint) {
        let keys = try KeyDirectory(directory)
        secretKey = try keys.serverSecret()
        allowed = try AllowList(keys)
        nextLook = clock.now
    }

    /// What the coordinator's socket is given.
    var security: SocketOptions.Security { .curveServer(secretKey: secretKey, domain: Self.domain) }

    /// The handler of handshakes; there before the socket is bound, and closed after it.
    func authenticator(in messaging: borrowing MessagingContext) throws(ZeroMQError) -> Authenticator {
        try Authenticator(in: messaging) { [allowed] request in
            let key = request.mechanism == "CURVE" && request.domain == Self.domain ? request.key : nil
            return allowed.admit(key, from: request.address)
        }
    }

    func identity(of userID: String?) -> Identity? {
        guard let userID, let role = allowed.role(of: userID), let known = Identity.Role(rawValue: role.rawValue) else {
            return nil
        }
        return Identity(name: userID, role: known)
    }

    func revokedNames() -> Set<String> {
        guard clock.now >= nextLook else { return [] }
        nextLook = clock.now + Self.interval
        for (address, count) in allowed.takeDenials().sorted(by: { $0.key < $1.key }) {
            pending.append(
                Incident(
                    "not-admitted", "somebody at \(address) was not let in: no key, or none that is valid",
                    isWarning: true, host: address, count: count))
        }
        do {
            let (revoked, complaints) = try allowed.refresh()
            for complaint in complaints { pending.append(Incident("bad-key-file", "\(complaint)", isWarning: true)) }
            return revoked
        } catch {
            pending.append(Incident("bad-key-file", "\(error)", isWarning: true))
            return []
        }
    }

    func incidents() -> [Incident] {
        defer { pending = [] }
        return pending
    }
}
