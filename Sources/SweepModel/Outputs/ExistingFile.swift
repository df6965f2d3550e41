internal import Glibc

/// A regular file that is held open: what is found out about it is true of it, whatever gets its name meanwhile.
package struct ExistingFile: ~Copyable {
    package let state: FileState
    private let descriptor: Int32

    /// Opens what has the name `path` itself, and waits for nobody: a symbolic link is refused, as is whatever is no regular
    /// file.
    package static func open(_ path: String) throws(FileError) -> ExistingFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path) }
        do throws(FileError) {
            let state = try FileState.of(descriptor: descriptor, path: path)
            guard state.kind == .regular else { throw FileError(path, EINVAL) }
            return ExistingFile(descriptor: descriptor, state: state)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private init(descriptor: Int32, state: FileState) {
        self.descriptor = descriptor
        self.state = state
    }

    deinit { close(descriptor) }

    /// Bytes that it held when it was opened.
    package var size: Int64 { state.size }

    /// A path that leads to this very file for as long as it is held open, in other processes too.
    package var contentsPath: String { "/proc/\(getpid())/fd/\(descriptor)" }

    /// Up to `count` bytes from its start.
    package func prefix(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = bytes.withUnsafeMutableBytes { DescriptorBytes.read(descriptor, into: $0, at: 0) }
        return Array(bytes.prefix(done))
    }

    /// Gives the file at `path`, which is the caller's own, the permissions of this one, and its owner as far as this user may.
    package func lendPermissions(to path: String) throws(FileError) {
        // Changing the owner takes away some of the permissions, so these come afterwards.
        _ = lchown(path, state.owner, state.group)
        guard chmod(path, state.permissions) == 0 else { throw FileError(path) }
    }
}
