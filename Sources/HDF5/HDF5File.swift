import CHDF5
import Glibc

/// An open HDF5 file; groups and datasets opened from a file for reading keep it open.
package struct HDF5File: ~Copyable, Sendable {
    /// Whether the file is used without a lock because the file system has none.
    package let lockingIgnored: Bool
    private var id: hid_t
    private let state: FileState

    /// The path of the file, as given by the caller.
    package var path: String { state.path }

    /// Opens an existing file for reading, under a shared lock.
    ///
    /// The environment variable `HDF5_USE_FILE_LOCKING` goes before what is asked for here; libhdf5 wants it so.
    package static func open(_ path: String) throws(HDF5Error) -> HDF5File {
        let operation = "open the file"
        return try Library.locked { () throws(HDF5Error) -> HDF5File in
            let opened = try attempt(path, operation, closingObjects: false) { access in
                H5Fopen(path, chdf5_read_only(), access)
            } beforeRetry: {
            }
            return HDF5File(lockingIgnored: opened.lockingIgnored, id: opened.id, state: FileState(path: path))
        }
    }

    /// Creates a file that must not exist yet, under an exclusive lock; `close()` makes it last.
    package static func create(_ path: String) throws(HDF5Error) -> HDF5File {
        let operation = "create the file"
        return try Library.locked { () throws(HDF5Error) -> HDF5File in
            let creation = H5Pcreate(chdf5_file_create_class())
            defer { H5Pclose(creation) }
            H5Pset_obj_track_times(creation, false)
            let opened = try attempt(path, operation, closingObjects: true) { access in
                H5Fcreate(path, chdf5_exclusive(), creation, access)
            } beforeRetry: {
                // The first attempt created the file before it failed to lock it.
                unlink(path)
            }
            return HDF5File(lockingIgnored: opened.lockingIgnored, id: opened.id, state: FileState(path: path))
        }
    }

    private init(lockingIgnored: Bool, id: hid_t, state: FileState) {
        self.lockingIgnored = lockingIgnored
        self.id = id
        self.state = state
    }

    deinit {
        guard id >= 0 else { return }
        Library.enter()
        defer { Library.leave() }
        Self.closeWhateverHappens(ObjectReference(id: id, name: "/", file: state))
    }

    /// The group that contains everything else.
    package func root() throws(HDF5Error) -> HDF5Group {
        let file = ObjectReference(id: id, name: "/", file: state)
        return try Library.locked { () throws(HDF5Error) -> HDF5Group in
            let root = try file.check(H5Gopen2(file.id, "/", chdf5_default()), "open group /")
            return HDF5Group(reference: ObjectReference(id: root, name: "/", file: state))
        }
    }

    /// Hands everything written so far to the operating system; throws the first failed write of the file, if any.
    package func flush() throws(HDF5Error) {
        let file = ObjectReference(id: id, name: "/", file: state)
        try file.writing { () throws(HDF5Error) -> Void in
            try file.check(H5Fflush(file.id, H5F_SCOPE_LOCAL), "write the file")
        }
    }

    /// Closes the file and all that is open in it; throws the first failed write if not all of it has reached the disk.
    package consuming func close() throws(HDF5Error) {
        let file = ObjectReference(id: id, name: "/", file: state)
        id = -1
        Library.enter()
        defer { Library.leave() }
        // A full quota or a network disk may only show when the kernel writes, which closing does not wait for.
        let descriptor = Self.isWritable(file.id) ? Self.descriptor(of: file.id).map { dup($0.pointee) } : nil
        Self.closeWhateverHappens(file)
        if let descriptor {
            if fsync(descriptor) != 0 { state.record(Self.synchronizationError(errno, path: state.path)) }
            _ = Glibc.close(descriptor)
        }
        if let failure = state.firstFailure { throw failure }
    }
}

extension HDF5File {
    private typealias Opened = (id: hid_t, lockingIgnored: Bool)

    private static func attempt(
        _ path: String, _ operation: String, closingObjects: Bool, _ call: (_ access: hid_t) -> hid_t,
        beforeRetry: () -> Void
    ) throws(HDF5Error) -> Opened {
        let access = H5Pcreate(chdf5_file_access_class())
        defer { H5Pclose(access) }
        // The format of 1.8 checksums its metadata and holds attributes beyond 64 KiB; every reader since 2008 knows it.
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110)
        H5Pset_fclose_degree(access, closingObjects ? H5F_CLOSE_STRONG : H5F_CLOSE_WEAK)
        H5Pset_file_locking(access, true, false)
        var id = call(access)
        defer {
            // A child process that inherits the descriptor would keep the lock.
            if let descriptor = descriptor(of: id)?.pointee { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
        if id >= 0 { return (id, false) }
        var stack = ErrorStack.captured()
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

    private static func isWritable(_ file: hid_t) -> Bool {
        var intent: UInt32 = 0
        return H5Fget_intent(file, &intent) >= 0 && intent != chdf5_read_only()
    }

    private static func descriptor(of file: hid_t) -> UnsafeMutablePointer<Int32>? {
        var handle: UnsafeMutableRawPointer?
        guard H5Fget_vfd_handle(file, chdf5_default(), &handle) >= 0 else { return nil }
        return handle?.assumingMemoryBound(to: Int32.self)
    }

    /// Closes the file for libhdf5 even if its data cannot be written, and records that.
    ///
    /// H5Fclose on a full disk fails with half of the file freed and the identifier still there: the next walk over open
    /// files reads freed memory. So what cannot be written goes to memory, where writing succeeds, and is dropped. Where
    /// memory refuses as well (RLIMIT_FSIZE holds for it), the file stays open, empty and unlocked.
    private static func closeWhateverHappens(_ file: ObjectReference) {
        if isWritable(file.id) {
            if H5Fflush(file.id, H5F_SCOPE_LOCAL) < 0 {
                let stack = ErrorStack.captured()
                file.file.record(
                    HDF5Error(code: stack.code, operation: "write the file", path: file.file.path, stack: stack.frames))
            }
            if file.file.firstFailure != nil, !discardsWrites(of: file.id) { return }
        }
        if H5Fclose(file.id) < 0 {
            let stack = ErrorStack.captured()
            file.file.record(
                HDF5Error(code: stack.code, operation: "close the file", path: file.file.path, stack: stack.frames))
        }
    }

    /// Lets go of the file on disk; true if libhdf5 can close it without writing to it.
    private static func discardsWrites(of file: hid_t) -> Bool {
        guard let descriptor = descriptor(of: file) else { return false }
        let original = dup(descriptor.pointee)
        let memory = memfd_create("discarded", 1)
        if memory >= 0 {
            dup2(memory, descriptor.pointee)
            _ = Glibc.close(memory)
        }
        // A failed flush leaves its list of entries in use; the next one fails over that, clears it, and opens the way.
        if (0..<4).contains(where: { _ in H5Fflush(file, H5F_SCOPE_LOCAL) >= 0 }) {
            _ = Glibc.close(original)
            return true
        }
        // This descriptor is kept: libhdf5 knows files by inode, and would take the next file with this one for it.
        ftruncate(original, 0)
        flock(original, LOCK_UN)
        return false
    }

    private static func synchronizationError(_ code: Int32, path: String) -> HDF5Error {
        HDF5Error(
            code: code == ENOSPC || code == EDQUOT ? .diskFull : .other, operation: "write the file", path: path,
            reason: "fsync: \(String(cString: strerror(code)))")
    }
}
