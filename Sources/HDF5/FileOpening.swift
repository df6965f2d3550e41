import CHDF5
import Glibc

// How a file is opened: access properties, locking and its absence, and what a failure means.
extension HDF5File {
    typealias Opened = (id: hid_t, lockingIgnored: Bool)

    /// How often a lock is asked for again, and the microseconds in between.
    private static let (lockAttempts, lockPause): (Int, UInt32) = (25, 20_000)

    /// Opens or creates under a lock, and without one where the file system has none; on the caller's side of the lock.
    static func attempt(
        _ path: String, _ operation: String, closingObjects: Bool, _ call: (_ access: hid_t) -> hid_t,
        beforeRetry: () -> Void
    ) throws(HDF5Error) -> Opened {
        let access = properties(closingObjects: closingObjects)
        defer { H5Pclose(access) }
        H5Pset_file_locking(access, true, false)
        var id = call(access)
        defer {
            // A child process that inherits the descriptor would keep the lock.
            if let descriptor = HDF5File.descriptor(of: id)?.pointee { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
        if id >= 0 { return (id, false) }
        var stack = ErrorStack.captured()
        // A child of this process that is about to begin its own program still holds whatever was just closed, and its lock.
        for _ in 0..<lockAttempts where stack.code == .locked {
            usleep(lockPause)
            beforeRetry()
            id = call(access)
            if id >= 0 { return (id, false) }
            stack = ErrorStack.captured()
        }
        if stack.saysLockingIsUnsupported {
            beforeRetry()
            H5Pset_file_locking(access, false, true)
            id = call(access)
            if id >= 0 { return (id, true) }
            stack = ErrorStack.captured()
        }
        var code = stack.code
        if code == .other, endsInsideSuperblock(path) { code = .truncated }
        throw HDF5Error(code: code, operation: operation, path: path, stack: stack.frames)
    }

    /// Opens what `source` holds, which needs no lock; on the caller's side of the library's lock.
    static func attempt(
        _ name: String, _ operation: String, closingObjects: Bool, from source: any ByteSource
    ) throws(HDF5Error) -> hid_t {
        let access = properties(closingObjects: closingObjects)
        defer { H5Pclose(access) }
        let id = SourceDriver.open(source, name: name, access: access)
        if id >= 0 { return id }
        let stack = ErrorStack.captured()
        throw HDF5Error(code: stack.code, operation: operation, path: name, stack: stack.frames)
    }

    private static func properties(closingObjects: Bool) -> hid_t {
        let access = H5Pcreate(chdf5_file_access_class())
        // The format of 1.8 checksums its metadata and holds attributes beyond 64 KiB; readers since 2008 know it.
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110)
        H5Pset_fclose_degree(access, closingObjects ? H5F_CLOSE_STRONG : H5F_CLOSE_WEAK)
        return access
    }

    /// A descriptor of a regular file, to be opened by: what else a path may name, such as a pipe, would be waited for, or be changed by
    /// being opened. The caller closes it.
    static func regular(_ path: String, _ operation: String) throws(HDF5Error) -> Int32 {
        var status = stat()
        // A device can be changed by being opened: it is looked at before, and what was opened once more.
        let isThere = stat(path, &status) == 0
        let code = errno
        if isThere, status.st_mode & S_IFMT != S_IFREG { throw notAFile(path, operation, status.st_mode) }
        let descriptor = isThere ? Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1
        guard descriptor >= 0 else { throw failed(path, operation, isThere ? errno : code) }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = Glibc.close(descriptor)
            throw notAFile(path, operation, status.st_mode)
        }
        return descriptor
    }

    private static func failed(_ path: String, _ operation: String, _ code: Int32) -> HDF5Error {
        let kind: HDF5Error.Code =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .permissionDenied
            default: .other
            }
        let frame = HDF5Error.StackFrame(
            function: "open", message: "unable to open file: \(String(cString: strerror(code)))")
        return HDF5Error(code: kind, operation: operation, path: path, stack: [frame])
    }

    private static func notAFile(_ path: String, _ operation: String, _ mode: mode_t) -> HDF5Error {
        let what =
            switch mode & S_IFMT {
            case S_IFDIR: "a directory"
            case S_IFIFO: "a pipe"
            case S_IFSOCK: "a socket"
            default: "a device"
            }
        return HDF5Error(code: .notAFile, operation: operation, path: path, reason: "it is \(what)")
    }

    /// Whether a file starts as HDF5 and is too short to record its own length, which libhdf5 reports in many ways.
    private static func endsInsideSuperblock(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { _ = Glibc.close(descriptor) }
        // The longest superblock, version 1, has 100 bytes with the usual 8-byte addresses.
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, bytes.count)
        return (8..<100).contains(count) && bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
    }
}
