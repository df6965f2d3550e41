internal import Foundation
internal import ObjectStorage
package import SweepModel

/// Turns what a user names, files, globs, directories and URLs, into the paths and URLs of feature stores.
package enum StorePaths {
    /// Whether `path` is the URL of a store on a server.
    package static func isURL(_ path: String) -> Bool { ObjectURL.isURL(path) }

    /// The last component of a path or URL, without `.h5` or whatever it ends in.
    package static func fileName(_ path: String) -> String {
        let last = isURL(path) ? ObjectURL.fileName(path) : path
        return URL(fileURLWithPath: last).deletingPathExtension().lastPathComponent
    }

    /// Absolute paths and URLs in ascending order, each once: a directory stands for every `*.h5` below it.
    package static func resolve(_ patterns: [String]) throws(Complaint) -> [String] {
        var paths: Set<String> = []
        for pattern in patterns {
            paths.formUnion(isURL(pattern) ? try RemoteStore.expand(pattern) : try expand(pattern))
        }
        return paths.sorted()
    }

    private static func expand(_ pattern: String) throws(Complaint) -> [String] {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: pattern, isDirectory: &isDirectory) {
            return isDirectory.boolValue ? try stores(below: pattern) : [absolute(pattern)]
        }
        let isGlob = pattern.contains { "*?[".contains($0) }
        guard isGlob else {
            throw Complaint(
                .request, "no such file or directory", at: pattern,
                advice: "name a feature store, a directory or a glob")
        }
        var paths: [String] = []
        for match in matches(of: pattern) {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: match, isDirectory: &isDirectory)
            paths += isDirectory.boolValue ? try stores(below: match) : [absolute(match)]
        }
        guard !paths.isEmpty else {
            throw Complaint(
                .request, "no file matches the pattern", at: pattern, advice: "check the path and the pattern")
        }
        return paths
    }

    private static func stores(below directory: String) throws(Complaint) -> [String] {
        let root = absolute(directory)
        let names = FileManager.default.enumerator(atPath: root).map { Array($0.compactMap { $0 as? String }) } ?? []
        let paths = names.filter { $0.hasSuffix(".h5") }.map { root + "/" + $0 }
        guard !paths.isEmpty else {
            throw Complaint(
                .request, "the directory holds no feature stores (*.h5)", at: directory,
                advice: "name the directory that the stores were written to")
        }
        return paths
    }

    private static func matches(of pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in result.gl_pathv[index].map { String(cString: $0) } }
    }

    private static func absolute(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
