internal import CHDF5

/// Which libhdf5 this process has.
package enum LibraryVersion {
    /// Such as `1.10.8`.
    package static var text: String {
        Library.enter()
        defer { Library.leave() }
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        return H5get_libversion(&major, &minor, &release) < 0 ? "unknown" : "\(major).\(minor).\(release)"
    }
}
