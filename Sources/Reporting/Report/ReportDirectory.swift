internal import Foundation
package import SweepModel

/// The directory of a report: there whole, or not at all.
package struct ReportDirectory: Sendable {
    /// Where the page is.
    package var page: String { path + "/report.html" }
    private let path: String

    private static let entries: Set<String> = ["report.html", "figures", "data"]

    /// A report at `path`. Throws, before any work is done, where there is something else than a former report.
    package init(path: String) throws(Complaint) {
        var given = path
        while given.count > 1, given.hasSuffix("/") { given.removeLast() }
        // A link to a directory stays a link.
        let url = URL(fileURLWithPath: given).resolvingSymlinksInPath()
        self.path = url.path
        let manager = FileManager.default
        let folder = url.deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard manager.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw Complaint(.request, "the folder of the report does not exist", at: path, advice: "make \(folder) first")
        }
        guard manager.fileExists(atPath: url.path, isDirectory: &isDirectory) else { return }
        guard isDirectory.boolValue, let found = try? manager.contentsOfDirectory(atPath: url.path) else {
            throw Complaint(
                .request, "the report's directory is a file or cannot be read", at: path, advice: "name a new directory")
        }
        guard found.isEmpty || (found.contains("report.html") && Self.entries.isSuperset(of: found)) else {
            throw Complaint(
                .request, "the directory holds other things than a former report", at: path,
                advice: "name a new directory, or one that holds a report alone")
        }
    }

    /// Writes everything beside the directory, and then puts it in its place.
    package func write(_ files: [ReportFile]) throws {
        let manager = FileManager.default
        let (temporary, former) = (beside("partial"), beside("former"))
        do {
            for left in [temporary, former] where manager.fileExists(atPath: left) { try manager.removeItem(atPath: left) }
            for folder in ["", "/figures", "/data"] {
                try manager.createDirectory(atPath: temporary + folder, withIntermediateDirectories: true)
            }
            for file in files {
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(temporary)/\(file.path)"))
            }
            let isThere = manager.fileExists(atPath: path)
            if isThere { try manager.moveItem(atPath: path, toPath: former) }
            do { try manager.moveItem(atPath: temporary, toPath: path) } catch {
                if isThere { try? manager.moveItem(atPath: former, toPath: path) }
                throw error
            }
            if isThere { try manager.removeItem(atPath: former) }
        } catch {
            try? manager.removeItem(atPath: temporary)
            throw Complaint(
                .work, "the report cannot be written: \(error.localizedDescription)", at: path,
                advice: "look at the disk, or name a directory that you may write to")
        }
    }

    private func beside(_ what: String) -> String {
        let url = URL(fileURLWithPath: path)
        return url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(getpid()).\(what)"
    }
}
