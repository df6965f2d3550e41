internal import Glibc

/// Where it leads to write to a path: symbolic links are written through, and stay what they are.
package enum OutputPath {
    /// Why a path leads nowhere.
    package enum Failure: Error {
        /// The path ends with a slash, `.` or `..`, or is empty: it names no file.
        case noName
        /// The folder, of the path or of a link, is not there.
        case noFolder(String)
        case loop
        case system(FileError)
    }

    private static let mostLinks = 40

    /// The name that writing to `path` would write, perhaps of nothing yet: in a folder that is there, without links on the way.
    package static func target(of path: String) throws(Failure) -> String {
        var current = path
        for _ in 0..<mostLinks {
            let (folder, name) = parts(of: current)
            guard !["", ".", ".."].contains(name) else { throw .noName }
            guard let real = realPath(folder) else { throw errno == ELOOP ? .loop : .noFolder(folder) }
            let target = real == "/" ? "/\(name)" : "\(real)/\(name)"
            let (inside, state): (FileState?, FileState?)
            do { (inside, state) = (try FileState.of(real), try FileState.of(target)) } catch { throw .system(error) }
            guard inside?.kind == .directory else { throw .noFolder(folder) }
            guard state?.kind == .link else { return target }
            guard let next = FileState.destination(ofLink: target) else { throw .system(FileError(target)) }
            current = next.hasPrefix("/") ? next : "\(real)/\(next)"
        }
        throw .loop
    }

    /// The path of the folder that a path names something in, and that name.
    package static func parts(of path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
