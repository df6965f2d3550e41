internal import Foundation
package import SweepModel

/// A directory of content-addressed files, shared by workers and by sweeps.
///
/// A file appears under its name only when whole: it is written beside it and renamed. Two writers of one artifact write the
/// same bytes, so it does not matter whose rename comes last.
package struct ArtifactDirectory: Sendable {
    /// The directory's absolute path.
    package let path: String

    /// The version of the file layout; files of other layouts are out of sight.
    private static let layout = "v1"

    /// Opens the directory at `path`, making it where it is missing.
    package init(path: String) throws(Complaint) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        self.path = absolute
        do {
            try FileManager.default.createDirectory(
                atPath: absolute + "/" + Self.layout, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .request, "the artifact directory cannot be made: \(Self.reason(error))", at: absolute,
                advice: "name a directory that you may write to with --artifacts")
        }
    }

    /// Whether a directory with artifacts is at `path`: asking makes none.
    package static func exists(at path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + layout)
    }

    /// `$XDG_CACHE_HOME/platonic`, or `~/.cache/platonic`.
    package static var defaultPath: String {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/platonic" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/platonic"
    }

    /// Where the artifact called `name` is, or would be.
    func filePath(_ name: String) -> String { "\(path)/\(Self.layout)/\(name.prefix(2))/\(name)" }

    /// Every artifact's path.
    func allFiles() -> [String] {
        let root = "\(path)/\(Self.layout)"
        let names = FileManager.default.enumerator(atPath: root).map { Array($0.compactMap { $0 as? String }) } ?? []
        return names.filter { $0.contains("/") }.map { "\(root)/\($0)" }
    }

    static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let underlying, underlying.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(underlying.code)))
        }
        return (error as NSError).localizedDescription
    }
}
