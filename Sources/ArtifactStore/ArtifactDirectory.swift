internal import Foundation
package import SweepModel

/// A directory of content-addressed files, shared by workers and by sweeps.
///
/// A file appears under its name only when whole: it is written beside it and renamed. Two writers of one artifact write the
/// same bytes, so it does not matter whose rename comes last.
package struct ArtifactDirectory: Sendable {
    /// The directory's absolute path.
    package let path: String

    /// How files are spread over folders. What earlier builds left there counts towards the directory's limit, whatever its layout, and
    /// is absent to whoever opens it.
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

    /// Whether anything is where the artifact called `name` would be, whole or not.
    package func hasFile(_ name: String) -> Bool { ArtifactName.isValid(name) && access(filePath(name), F_OK) == 0 }

    /// The paths of all artifacts, and of what is being written: nothing else that lies there is ours.
    func allFiles() -> [String] {
        let root = "\(path)/\(Self.layout)"
        let names = FileManager.default.enumerator(atPath: root).map { Array($0.compactMap { $0 as? String }) } ?? []
        return names.filter(Self.isOwn).map { "\(root)/\($0)" }
    }

    /// Whether a path below the layout's folder is `ab/ab…`, an artifact's name in its folder, or a writer's temporary name for it.
    private static func isOwn(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let name = String(parts[1].prefix { $0 != "." })
        return ArtifactName.isValid(name) && name.hasPrefix(parts[0]) && parts[0].count == 2
            && (parts[1] == name || isTemporary(parts[1].dropFirst(name.count)))
    }

    /// Whether a name goes on as `createTemporary` makes it do.
    private static func isTemporary(_ ending: Substring) -> Bool {
        let parts = ending.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].isEmpty && Int32(parts[1]) != nil && UInt32(parts[2]) != nil
            && parts[3] == "partial"
    }

    /// Deletes an artifact directory, but for what is not ours in it.
    package static func delete(_ path: String) {
        guard let directory = try? FileState.of(path), directory.kind == .directory else { return }
        let own = ArtifactDirectory(unchecked: path)
        for file in own.allFiles() { try? OwnedEntries.delete(file) }
        let root = "\(path)/\(layout)"
        for folder in (try? OwnedEntries.names(in: root)) ?? [] {
            _ = try? OwnedEntries.deleteDirectory("\(root)/\(folder)")
        }
        _ = try? OwnedEntries.deleteDirectory(root)
        for name in (try? OwnedEntries.names(in: path)) ?? [] where ArtifactLease.isOwn(name) {
            try? OwnedEntries.delete("\(path)/\(name)")
        }
        _ = try? OwnedEntries.deleteDirectory(path)
    }

    private init(unchecked path: String) { self.path = path }

    static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let underlying, underlying.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(underlying.code)))
        }
        return (error as NSError).localizedDescription
    }
}
