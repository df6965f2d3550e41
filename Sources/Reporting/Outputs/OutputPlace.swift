internal import Foundation
internal import SweepModel

/// Where an output that a user named would be written.
enum OutputPlace {
    /// The path that `path` leads to through symbolic links. Throws where there is no folder for it, and where it leads to
    /// something that is no file: a directory, a pipe, a device.
    static func target(of path: String) throws(Complaint) -> String {
        let there: FileState?
        do { there = try FileState.of(path, followingLinks: true) } catch {
            throw error.code == ELOOP ? loop(path) : unknown(error, path)
        }
        if let there, there.kind != .regular { throw noFile(there.kind, path) }
        let target: String
        do throws(OutputPath.Failure) { target = try OutputPath.target(of: path) } catch {
            switch error {
            case .noName: throw Complaint(.request, "the output names no file", at: path, advice: "name a file")
            case .noFolder(let folder):
                throw Complaint(
                    .request, "the folder of the output does not exist", at: path, advice: "make \(folder) first")
            case .loop: throw loop(path)
            case .system(let error): throw unknown(error, path)
            }
        }
        // Of a descriptor, such as /dev/stdout, whose file was deleted.
        let named: FileState?
        do { named = try FileState.of(target) } catch { throw unknown(error, path) }
        guard named?.identity == there?.identity else {
            throw Complaint(
                .request, "the output leads to a file that has no name", at: path, advice: "name a file in a folder")
        }
        return target
    }

    static func noFile(_ kind: FileState.Kind, _ path: String) -> Complaint {
        Complaint(.request, "the output is a \(kind.rawValue)", at: path, advice: "name a file")
    }

    static func unknown(_ error: FileError, _ path: String) -> Complaint {
        Complaint(
            .request, "nobody can tell whether the output may be replaced: \(error.reason)", at: path,
            advice: "name another file, or make that one readable")
    }

    private static func loop(_ path: String) -> Complaint {
        Complaint(.request, "the output is a symbolic link that leads to itself", at: path, advice: "name a file")
    }
}
