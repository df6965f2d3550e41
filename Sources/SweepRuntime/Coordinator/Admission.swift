internal import CoordinatorCore
internal import SweepModel

/// Who is behind a message.
protocol Admission: AnyObject {
    /// The identity that the transport has authenticated as `userID`; nil where it is not let in any more.
    func identity(of userID: String?) -> Identity?
    /// Names whose keys have become invalid since the last call.
    func revokedNames() -> Set<String>
    /// What happened at the door since the last call.
    func incidents() -> [Incident]
}

/// Everyone who can reach the socket is this user: it lies in a folder of the user's own, or was opened to everybody on purpose.
final class OpenAdmission: Admission {
    func identity(of userID: String?) -> Identity? { .local }
    func revokedNames() -> Set<String> { [] }
    func incidents() -> [Incident] { [] }
}
