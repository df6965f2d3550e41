internal import CLinux
internal import ContentHash
internal import HDF5
internal import LinearAlgebra
internal import ObjectStorage
internal import SweepJournal
internal import ZeroMQ

/// What this process is made of.
package enum ProgramVersion {
    /// `version` in the first line, then what it was built from and the libraries that it has: those of this machine, or those of a
    /// release.
    package static func text(_ version: String) -> String {
        let release = clinux_release().map { String(cString: $0) }
        let parts = [
            ("build", release ?? "from sources, with libraries of the system"),
            ("OpenBLAS", "\(Products.libraryVersion), kernels for \(Products.coreName.prefix { $0 != " " })"),
            ("HDF5", HDF5.LibraryVersion.text), ("libzmq", MessagingContext.libraryVersion),
            ("libcurl", TransferLibrary.version), ("SQLite", SweepJournal.libraryVersion),
            ("xxHash", ContentHasher.libraryVersion),
        ]
        let width = parts.map(\.0.count).max() ?? 0
        let lines = parts.map { name, text in
            name + String(repeating: " ", count: width + 2 - name.count) + text
        }
        return (["platonic \(version)"] + lines).joined(separator: "\n")
    }
}
