import CHDF5
import Glibc

// How a file is closed such that no failed write is lost and libhdf5 stays usable after one.
extension HDF5File {
    /// Whether the file was created here rather than opened for reading.
    static func isWritable(_ file: hid_t) -> Bool {
        var intent: UInt32 = 0
        return H5Fget_intent(file, &intent) >= 0 && intent != chdf5_read_only()
    }

    /// Where libhdf5 keeps the descriptor of an open file.
    static func descriptor(of file: hid_t) -> UnsafeMutablePointer<Int32>? {
        var handle: UnsafeMutableRawPointer?
        guard H5Fget_vfd_handle(file, chdf5_default(), &handle) >= 0 else { return nil }
        return handle?.assumingMemoryBound(to: Int32.self)
    }

    /// Closes the file for libhdf5 even if its data cannot be written, and records that.
    ///
    /// H5Fclose on a full disk fails with half of the file freed and the identifier still there: the next walk over
    /// open files reads freed memory. So what cannot be written goes to memory, where writing succeeds, and is dropped.
    /// Where memory refuses as well (RLIMIT_FSIZE holds for it), the file stays open, empty and unlocked.
    static func closeWhateverHappens(_ file: ObjectReference) {
        if isWritable(file.id) {
            if H5Fflush(file.id, H5F_SCOPE_LOCAL) < 0 {
                file.recordFailure("write the file")
            }
            if file.file.firstFailure != nil, !discardsWrites(of: file.id) { return }
        }
        if H5Fclose(file.id) < 0 {
            file.recordFailure("close the file")
        }
    }

    /// Lets go of the file on disk; true if libhdf5 can close it without writing to it.
    private static func discardsWrites(of file: hid_t) -> Bool {
        guard let descriptor = descriptor(of: file) else { return false }
        let original = fcntl(descriptor.pointee, F_DUPFD_CLOEXEC, 0)
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

    /// Waits until the kernel has written a file, which is when a full quota or a network disk shows; nil if it has.
    static func synchronize(_ descriptor: Int32, path: String) -> HDF5Error? {
        guard fsync(descriptor) != 0 else { return nil }
        let code = errno
        // Some file systems have nothing to wait for and say so.
        if code == EINVAL { return nil }
        return HDF5Error(
            code: code == ENOSPC || code == EDQUOT ? .diskFull : .other, operation: "write the file", path: path,
            reason: "fsync: \(String(cString: strerror(code)))")
    }
}
