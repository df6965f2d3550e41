internal import Glibc

/// The entries of a directory of which some are the program's own: others are never deleted.
package enum OwnedEntries {
    /// The names in a directory, ascending.
    package static func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else { throw FileError(directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Deletes a file, whatever it holds; of a symbolic link, the link. Directories stay, and what is not there is fine.
    package static func delete(_ path: String) throws(FileError) {
        guard unlink(path) != 0 else { return }
        let error = FileError(path)
        guard error.isAbsence || error.code == EISDIR || error.code == EPERM else { throw error }
        // POSIX lets unlink refuse a directory with EPERM.
        if error.code == EPERM, let state = try FileState.of(path), state.kind != .directory { throw error }
    }

    /// Deletes a directory if nothing is left in it; whether it is gone.
    package static func deleteDirectory(_ path: String) throws(FileError) -> Bool {
        if rmdir(path) == 0 { return true }
        let error = FileError(path)
        if error.isAbsence { return error.code == ENOENT }
        guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
        return false
    }
}
