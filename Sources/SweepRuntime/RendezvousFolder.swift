internal import Foundation
internal import SweepModel

/// A folder of this user's own for the ipc endpoint of one sweep, gone with it.
final class RendezvousFolder {
    let path: String

    /// The longest path that a Unix socket can have.
    private static let socketPathLimit = 107

    /// Makes the folder below `$XDG_RUNTIME_DIR`, or `/tmp` where that is missing or too long.
    init() throws(Complaint) {
        let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        for parent in [runtime, "/tmp"].compactMap(\.self) {
            let template = "\(parent)/platonic-XXXXXX"
            guard template.utf8.count + "/endpoint".utf8.count <= Self.socketPathLimit else { continue }
            guard let buffer = strdup(template) else { continue }
            defer { free(buffer) }
            if mkdtemp(buffer) != nil {
                path = String(cString: buffer)
                return
            }
        }
        throw Complaint(
            .work, "no folder for the workers' endpoint: \(String(cString: strerror(errno)))", at: "/tmp",
            advice: "make /tmp writable, or set XDG_RUNTIME_DIR")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The endpoint for workers of this host.
    var endpoint: String { "ipc://\(path)/endpoint" }
}
