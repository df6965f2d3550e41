internal import Glibc

/// Renames that destroy nothing: where file systems can, nobody comes in between.
package enum Renaming {
    /// How it went to exchange two names.
    package enum Exchange {
        case done
        /// One of the names was of nothing.
        case missing
        /// The file system cannot.
        case unsupported
    }

    /// Gives what is called `old` the name `new`; false where something has that name already.
    package static func withoutReplacing(_ old: String, _ new: String) throws(FileError) -> Bool {
        if call(old, new, noReplace) == 0 { return true }
        if errno == EEXIST { return false }
        guard isUnsupported(errno) else { throw FileError(new) }
        // A second name is only ever given where there is none; directories cannot have one.
        if link(old, new) == 0 {
            unlink(old)
            return true
        }
        if errno == EEXIST { return false }
        guard errno == EPERM || errno == ENOSYS || errno == EOPNOTSUPP else { throw FileError(new) }
        if try FileState.of(new) != nil { return false }
        guard rename(old, new) == 0 else { throw FileError(new) }
        return true
    }

    /// Lets two things change names.
    package static func exchange(_ one: String, _ other: String) throws(FileError) -> Exchange {
        if call(one, other, exchanging) == 0 { return .done }
        if errno == ENOENT { return .missing }
        guard isUnsupported(errno) else { throw FileError(other) }
        return .unsupported
    }

    // RENAME_NOREPLACE and RENAME_EXCHANGE.
    private static let (noReplace, exchanging): (UInt32, UInt32) = (1, 2)

    private typealias Call =
        @convention(c) @Sendable (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

    /// A GNU extension, which Swift's Glibc module leaves out.
    private static let renameat2: Call? = dlsym(nil, "renameat2").map { unsafeBitCast($0, to: Call.self) }

    private static func call(_ old: String, _ new: String, _ flags: UInt32) -> Int32 {
        guard let renameat2 else {
            errno = ENOSYS
            return -1
        }
        return renameat2(AT_FDCWD, old, AT_FDCWD, new, flags)
    }

    private static func isUnsupported(_ code: Int32) -> Bool {
        code == EINVAL || code == ENOSYS || code == EOPNOTSUPP
    }
}
