import CHDF5
import Glibc

// How paths inside a file are followed: by hand, one link at a time, so that none of them leads out of the file unnoticed.
//
// libhdf5 itself would open whatever file an external link names, relative to several folders, and a user-defined link runs code of a
// plugin. What such a link leads to can change while the file that carries it stays the same.
extension ObjectReference {
    /// Soft links that one path may lead through, against those that lead in a circle.
    private static var mostLinks: Int { 16 }

    /// Opens what is at `path`, below this group or, where it begins with a slash, below the root; the caller closes it. Nil where
    /// nothing is, which includes soft links that lead nowhere. Throws where the path leaves the file. Under the library's lock.
    func resolve(_ path: String, _ operation: String) throws(HDF5Error) -> hid_t? {
        var rest = Self.components(path)
        var links = 0
        var current = try check(H5Oopen(id, path.hasPrefix("/") ? "/" : ".", chdf5_default()), operation)
        var isWanted = false
        defer { if !isWanted { H5Oclose(current) } }
        while let name = rest.popLast() {
            guard H5Iget_type(current) == H5I_GROUP, try check(H5Lexists(current, name, chdf5_default()), operation) > 0
            else { return nil }
            var type = H5L_TYPE_ERROR
            var size = 0
            try check(chdf5_link_info(current, name, &type, &size), operation)
            let start: String
            switch type {
            case H5L_TYPE_HARD: start = name
            case H5L_TYPE_SOFT:
                links += 1
                guard links <= Self.mostLinks else {
                    throw error(
                        .damaged, operation, "its links lead in a circle, or through more than \(Self.mostLinks)")
                }
                let target = try text(ofLink: name, in: current, size: size, operation)
                rest += Self.components(target)
                start = target.hasPrefix("/") ? "/" : "."
            case H5L_TYPE_EXTERNAL: throw try outside(name, in: current, size: size, operation)
            default:
                throw error(
                    .outside, operation,
                    "the link '\(name)' is user-defined (class \(type.rawValue)), and may lead anywhere")
            }
            let next = try check(H5Oopen(current, start, chdf5_default()), operation)
            H5Oclose(current)
            current = next
        }
        isWanted = true
        return current
    }

    /// The names in a path, last first.
    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
    }

    private func value(
        ofLink name: String, in group: hid_t, size: Int, _ operation: String
    ) throws(HDF5Error) -> [UInt8] {
        guard (1...(1 << 16)).contains(size) else {
            throw error(.damaged, operation, "the link '\(name)' has \(size) bytes")
        }
        var value = [UInt8](repeating: 0, count: size)
        try check(H5Lget_val(group, name, &value, size, chdf5_default()), operation)
        return value
    }

    private func text(
        ofLink name: String, in group: hid_t, size: Int, _ operation: String
    ) throws(HDF5Error) -> String {
        let value = try value(ofLink: name, in: group, size: size, operation)
        guard let text = String(validating: value.prefix { $0 != 0 }, as: UTF8.self), !text.isEmpty else {
            throw error(.damaged, operation, "the link '\(name)' leads to what is no name")
        }
        return text
    }

    /// What is wrong with an external link: a version and flags in one byte, the file's name, a NUL, the object's name.
    private func outside(
        _ name: String, in group: hid_t, size: Int, _ operation: String
    ) throws(HDF5Error) -> HDF5Error {
        let value = try value(ofLink: name, in: group, size: size, operation)
        let file = String(decoding: value.dropFirst().prefix { $0 != 0 }, as: UTF8.self)
        return error(
            .outside, operation,
            "the link '\(name)' leads into another file, \(OutsideFile.described(file, of: self.file.path))")
    }
}

/// Words for a file that another one names.
enum OutsideFile {
    /// The name as it stands in `path`, and whether the file is there at all: a relative name counts from the folder of `path`.
    static func described(_ name: String, of path: String) -> String {
        isThere(name, of: path) ? "'\(name)'" : "'\(name)', which is missing"
    }

    static func isThere(_ name: String, of path: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return access(name.hasPrefix("/") ? name : folder + name, F_OK) == 0
    }
}
