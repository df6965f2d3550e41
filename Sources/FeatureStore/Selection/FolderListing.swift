internal import Glibc
internal import SweepModel

/// What is in one folder, in the order of the names' bytes.
struct FolderListing: Sendable {
    struct Entry: Sendable {
        let name: String
        let path: String
        /// Whether the name is UTF-8; if not, the bytes that are none are written out and the path leads nowhere.
        let isLegible: Bool
        let isLink: Bool
        let status: FileStatus

        var isHidden: Bool { name.utf8.first == UInt8(ascii: ".") }
        var isFolder: Bool { if case .folder = status { true } else { false } }
        var file: FileIdentity? { if case .file(let identity) = status { identity } else { nil } }
    }

    struct Failure: Error {
        /// The system's error number.
        let code: Int32
    }

    let entries: [Entry]

    init(_ folder: String) throws(Failure) {
        guard let directory = opendir(folder) else { throw Failure(code: errno) }
        defer { closedir(directory) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw Failure(code: errno) }
        names.sort { $0.lexicographicallyPrecedes($1) }
        entries = names.map { Self.entry($0, in: folder) }
    }

    private static func entry(_ bytes: [UInt8], in folder: String) -> Entry {
        let legible = String(validating: bytes, as: UTF8.self)
        let name = legible ?? bytes.map(Self.shown).joined()
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        guard legible != nil else {
            return Entry(name: name, path: path, isLegible: false, isLink: false, status: .unreachable(EILSEQ))
        }
        return Entry(
            name: name, path: path, isLegible: true, isLink: FileStatus.isLink(path), status: FileStatus.of(path))
    }

    private static func shown(_ byte: UInt8) -> String {
        guard byte >= 0x80 else { return String(UnicodeScalar(byte)) }
        return "\\x" + String(byte, radix: 16, uppercase: true)
    }
}
