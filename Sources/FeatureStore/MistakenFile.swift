internal import Glibc
internal import SweepModel

/// What stands in the place of a feature store: pointers of Git LFS and git-annex, pages of web servers, plain text.
///
/// `scripts/feature_import/mistaken_files.py` recognises the same in features that are imported.
enum MistakenFile {
    private static let headBytes = 1024

    /// What the file at `path`, which is no HDF5, is instead, and what to do; nil where it is nothing known.
    static func description(of path: String) -> (what: String, advice: String)? {
        // Not of pipes and devices, which would be waited for.
        guard case .file = FileStatus.of(path) else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: headBytes)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? description(of: bytes.prefix(count)) : nil
    }

    /// The same of an object on a server.
    static func description(of remote: RemoteStore) -> (what: String, advice: String)? {
        var bytes = [UInt8](repeating: 0, count: min(headBytes, remote.byteCount))
        guard !bytes.isEmpty, bytes.withUnsafeMutableBytes({ remote.read(at: 0, into: $0) }) else { return nil }
        return description(of: bytes[...])
    }

    static func description(of head: ArraySlice<UInt8>) -> (what: String, advice: String)? {
        let head = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head
        let text = String(decoding: head, as: UTF8.self)
        let start = text.drop { $0.isWhitespace }.prefix(32).lowercased()
        if text.hasPrefix("version https://git-lfs.github.com/spec/") {
            return ("the file is a pointer of Git LFS, not the data itself", "fetch the data with 'git lfs pull'")
        }
        if text.prefix(64).contains("annex/objects/") {
            return ("the file is a pointer of git-annex, not the data itself", "fetch the data with 'git annex get'")
        }
        if ["<!doctype html", "<html", "<head", "<body"].contains(where: start.hasPrefix) {
            return (
                "the file is an HTML page, as servers send it to those who are not let in or asked for something else",
                "open it in a browser to see what the server said, and download the file itself"
            )
        }
        if start.hasPrefix("<?xml") {
            return (
                "the file is XML, as servers send it with an error",
                "read what the server said, and download the file itself"
            )
        }
        guard let line = printable(head) else { return nil }
        return ("the file is text, and begins '\(line)'", "look at what it says, and get the file itself")
    }

    /// The beginning of a text in one line; nil where `head` is none.
    private static func printable(_ head: ArraySlice<UInt8>) -> String? {
        // At the end of a longer text a character may be cut.
        let isCut = head.count >= headBytes - 3
        let text = (0...(isCut ? 3 : 0)).lazy.compactMap { String(validating: head.dropLast($0), as: UTF8.self) }.first
        guard let text else { return nil }
        let isText = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control || "\t\r\n".unicodeScalars.contains($0)
        }
        let line = text.split { $0.isWhitespace }.joined(separator: " ")
        return isText && !line.isEmpty ? String(line.prefix(60)) : nil
    }
}
