internal import Foundation
internal import ObjectStorage

/// Paths and URLs of feature stores, as text.
package enum StorePaths {
    /// Whether `path` is the URL of a store on a server.
    package static func isURL(_ path: String) -> Bool { ObjectURL.isURL(path) }

    /// The last component of a path or URL, without `.h5` or whatever it ends in.
    package static func fileName(_ path: String) -> String {
        let last = isURL(path) ? ObjectURL.fileName(path) : path
        return URL(fileURLWithPath: last).deletingPathExtension().lastPathComponent
    }

    /// `written` from the root on, without `.` and needless `..`: as it was written, links in it are not followed.
    static func absolute(_ written: String) -> String {
        let whole = written.hasPrefix("/") ? written : FileManager.default.currentDirectoryPath + "/" + written
        var path = ""
        for component in whole.split(separator: "/") where component != "." {
            // Behind a link `..` is the folder that holds the link's target.
            if component == "..", !path.hasSuffix("/.."), isFolderItself(path) {
                path.removeSubrange((path.lastIndex(of: "/") ?? path.startIndex)...)
            } else {
                path += "/" + component
            }
        }
        return path.isEmpty ? "/" : path
    }

    private static func isFolderItself(_ path: String) -> Bool {
        guard !FileStatus.isLink(path), case .folder = FileStatus.of(path) else { return path.isEmpty }
        return true
    }
}
