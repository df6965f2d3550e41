import Glibc

/// Who listens at the path of an `ipc://` endpoint, which libzmq does not ask.
///
/// Its bind removes whatever lies at the path, so that a crash leaves nothing to clean up; a live listener is removed as
/// well and from then on hears nothing. Asking first turns that into an error. Between the question and the bind
/// another process may still win: the directory of an endpoint should belong to one program.
enum LocalEndpoint {
    /// The path in the file system, nil for other transports, wildcards and abstract names.
    static func path(of endpoint: String) -> String? {
        let scheme = "ipc://"
        guard endpoint.hasPrefix(scheme) else { return nil }
        let path = String(endpoint.dropFirst(scheme.count))
        return path.isEmpty || path == "*" || path.hasPrefix("@") ? nil : path
    }

    /// Whether there is something else than a socket at the path: bind would delete it.
    static func isForeign(at path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFSOCK
    }

    /// Whether a connection to the path is accepted; false for paths too long to be bound at all.
    static func hasListener(at path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { field in
            guard path.utf8.count < field.count else { return false }
            field.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return false }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { _ = Glibc.close(descriptor) }
        let outcome = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                CallOutcome(retryingInterrupts: {
                    Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
                })
            }
        }
        return switch outcome {
        case .value: true
        // The listener's backlog is full, so there is one.
        case .failure(let code): code == .again
        }
    }
}
