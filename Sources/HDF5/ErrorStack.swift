import CHDF5
import Glibc

/// A copy of libhdf5's error stack, taken right after the call that failed and under the same lock.
struct ErrorStack {
    private(set) var frames: [HDF5Error.StackFrame] = []
    private var minors: [hid_t] = []

    /// Copies the stack of the current thread.
    static func captured() -> ErrorStack {
        var stack = ErrorStack()
        let append: H5E_walk2_t = { _, entry, context in
            guard let entry = entry?.pointee else { return 0 }
            context?.assumingMemoryBound(to: ErrorStack.self).pointee.append(entry)
            return 0
        }
        _ = withUnsafeMutablePointer(to: &stack) {
            H5Ewalk2(chdf5_default_error_stack(), H5E_WALK_DOWNWARD, append, $0)
        }
        return stack
    }

    /// The kind of failure that the stack as a whole describes.
    var code: HDF5Error.Code {
        let systemError = self.systemError
        if minors.contains(chdf5_error_cannot_lock_file()), systemError == EAGAIN || systemError == EACCES {
            return .locked
        }
        switch systemError {
        case ENOENT, ENOTDIR: return .notFound
        case EACCES, EPERM, EROFS: return .permissionDenied
        case ENOSPC, EDQUOT: return .diskFull
        case EEXIST: return .alreadyExists
        default: break
        }
        let known: [(hid_t, HDF5Error.Code)] = [
            (chdf5_error_file_exists(), .alreadyExists), (chdf5_error_truncated(), .truncated),
            (chdf5_error_not_hdf5(), .notHDF5), (chdf5_error_exists(), .alreadyExists),
            (chdf5_error_bad_type(), .wrongType), (chdf5_error_not_found(), .missingObject),
        ]
        return known.first { minors.contains($0.0) }?.1 ?? .other
    }

    /// Whether the file system has no locks at all, as opposed to a lock that somebody holds.
    var saysLockingIsUnsupported: Bool {
        guard minors.contains(chdf5_error_cannot_lock_file()), let systemError else { return false }
        return [ENOSYS, ENOLCK, EOPNOTSUPP].contains(systemError)
    }

    private var systemError: Int32? {
        frames.lazy.compactMap(\.systemError).first
    }

    private mutating func append(_ entry: H5E_error2_t) {
        frames.append(
            HDF5Error.StackFrame(
                function: entry.func_name.map { String(cString: $0) } ?? "",
                message: Self.oneLine(entry.desc.map { String(cString: $0) } ?? "")))
        minors.append(entry.min_num)
    }

    // Messages of failed writes quote ctime(), which ends in a newline.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined()
    }
}
