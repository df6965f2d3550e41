internal import Glibc

/// The files that a command reads, so that it never writes over one of them.
package struct InputFiles: Sendable {
    private var paths: [FileIdentity: String] = [:]

    /// - Parameter paths: files, through whatever links; what is not there is nobody's loss.
    package init(_ paths: [String] = []) {
        for path in paths {
            guard let state = try? FileState.of(path, followingLinks: true) else { continue }
            self.paths[state.identity] = path
        }
    }

    /// The path of the input that a file is; nil where it is none.
    package func path(of file: FileState) -> String? { paths[file.identity] }

    /// The path of the input that standard output appends to, as by `platonic export r.h5 >> r.h5`.
    package var standardOutput: String? {
        guard let state = try? FileState.of(descriptor: STDOUT_FILENO, path: "stdout"), state.kind == .regular else {
            return nil
        }
        return path(of: state)
    }
}
