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

    /// Opens an existing regular file for reading, under a shared lock; `visit` gets a descriptor of that very file, for as long as it
    /// runs.
    ///
    /// The environment variable `HDF5_USE_FILE_LOCKING` goes before what is asked for here; libhdf5 wants it so.
    package static func open(
        _ path: String, visit: (_ descriptor: Int32) -> Void = { _ in }
    ) throws(HDF5Error) -> HDF5File {
        let operation = "open the file"
        let descriptor = try regular(path, operation)
        defer { _ = Glibc.close(descriptor) }
        visit(descriptor)
        // By descriptor, as the path may lead elsewhere by now; by path where the system shows no descriptors.
        let shown = "/proc/self/fd/\(descriptor)"
        let name = access(shown, R_OK) == 0 ? shown : path
        return try Library.locked { () throws(HDF5Error) -> HDF5File in
            let opened = try attempt(path, operation, closingObjects: false) { access in
                H5Fopen(name, chdf5_read_only(), access)
            } beforeRetry: {
            }
            return HDF5File(lockingIgnored: opened.lockingIgnored, id: opened.id, state: FileState(path: path))
        }
    }

    /// Opens an existing file to add to it, under an exclusive lock; `close()` makes it last.
    ///
    /// A failure in between leaves a damaged file: only ever change a copy that nobody else knows.
    package static func update(_ path: String) throws(HDF5Error) -> HDF5File {
        let operation = "open the file for writing"
        return try Library.locked { () throws(HDF5Error) -> HDF5File in
            let opened = try attempt(path, operation, closingObjects: true) { access in
                H5Fopen(path, chdf5_read_write(), access)
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

    init(lockingIgnored: Bool, id: hid_t, state: FileState) {
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
        let descriptor = Self.isWritable(file.id) ? Self.descriptor(of: file.id)?.pointee : nil
        let copy = descriptor.map { fcntl($0, F_DUPFD_CLOEXEC, 0) }
        Self.closeWhateverHappens(file)
        if let copy {
            if let error = Self.synchronize(copy, path: state.path) { state.record(error) }
            _ = Glibc.close(copy)
        }
        if let failure = state.firstFailure { throw failure }
    }
}
