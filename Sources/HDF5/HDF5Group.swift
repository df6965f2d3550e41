import CHDF5

/// An object that carries attributes: a group or a dataset.
package protocol HDF5Object: ~Copyable, Sendable {
    /// The identity of the object, for the calls of this module.
    var reference: ObjectReference { get }
}

/// The kinds of object a file contains.
package enum ObjectKind: Sendable, Equatable {
    case group
    case dataset
    /// A named type, or something a later format adds.
    case other
}

/// An open group.
package struct HDF5Group: ~Copyable, HDF5Object {
    package let reference: ObjectReference

    init(reference: ObjectReference) {
        self.reference = reference
    }

    deinit {
        reference.close()
    }

    /// The names of the links in this group, ascending by bytes.
    package func childNames() throws(HDF5Error) -> [String] {
        try Library.locked { () throws(HDF5Error) -> [String] in
            var names: [String] = []
            let append: H5L_iterate_t = { _, name, _, context in
                guard let name else { return 0 }
                context?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                return 0
            }
            let status = withUnsafeMutablePointer(to: &names) { chdf5_iterate_links(reference.id, append, $0) }
            try reference.check(status, "list group \(reference.name)")
            return names
        }
    }

    /// What is at a path below this group; nil where nothing is, which includes links that lead nowhere.
    package func kind(of child: String) throws(HDF5Error) -> ObjectKind? {
        let operation = "look up \(reference.path(of: child))"
        return try Library.locked { () throws(HDF5Error) -> ObjectKind? in
            // H5Lexists answers for the last component only and fails where an earlier one is missing.
            var path = child.hasPrefix("/") ? "/" : ""
            for component in child.split(separator: "/") {
                path += path.isEmpty || path == "/" ? component : "/" + component
                guard try reference.check(H5Lexists(reference.id, path, chdf5_default()), operation) > 0,
                    try reference.check(H5Oexists_by_name(reference.id, path, chdf5_default()), operation) > 0
                else { return nil }
            }
            let object = try reference.check(H5Oopen(reference.id, child, chdf5_default()), operation)
            defer { H5Oclose(object) }
            switch H5Iget_type(object) {
            case H5I_GROUP: return .group
            case H5I_DATASET: return .dataset
            default: return .other
            }
        }
    }

    /// Opens a group below this one.
    package func group(_ child: String) throws(HDF5Error) -> HDF5Group {
        let path = reference.path(of: child)
        let id = try open(child, as: .group, "open group \(path)") { H5Gopen2($0, $1, chdf5_default()) }
        return HDF5Group(reference: ObjectReference(id: id, name: path, file: reference.file))
    }

    /// Opens a dataset below this group.
    package func dataset(_ child: String) throws(HDF5Error) -> HDF5Dataset {
        let path = reference.path(of: child)
        let id = try open(child, as: .dataset, "open dataset \(path)") { H5Dopen2($0, $1, chdf5_default()) }
        return try HDF5Dataset(opened: ObjectReference(id: id, name: path, file: reference.file))
    }

    /// Creates a group; its parent must exist.
    package func createGroup(_ child: String) throws(HDF5Error) -> HDF5Group {
        let path = reference.path(of: child)
        let id = try reference.writing { () throws(HDF5Error) -> hid_t in
            let link = CreationProperties.link()
            let group = CreationProperties.group()
            defer {
                H5Pclose(link)
                H5Pclose(group)
            }
            return try reference.check(
                H5Gcreate2(reference.id, child, link, group, chdf5_default()), "create group \(path)")
        }
        return HDF5Group(reference: ObjectReference(id: id, name: path, file: reference.file))
    }

    /// Removes the link of that name, and with its last link the object and all below it.
    package func remove(_ child: String) throws(HDF5Error) {
        try reference.writing { () throws(HDF5Error) -> Void in
            try reference.check(
                H5Ldelete(reference.id, child, chdf5_default()), "remove \(reference.path(of: child))")
        }
    }

    private func open(
        _ child: String, as kind: ObjectKind, _ operation: String, _ call: (hid_t, String) -> hid_t
    ) throws(HDF5Error) -> hid_t {
        try Library.locked { () throws(HDF5Error) -> hid_t in
            switch try self.kind(of: child) {
            case kind: return try reference.check(call(reference.id, child), operation)
            case nil: throw reference.error(.missingObject, operation, "no such object")
            case .group: throw reference.error(.wrongType, operation, "it is a group")
            case .dataset: throw reference.error(.wrongType, operation, "it is a dataset")
            case .other: throw reference.error(.wrongType, operation, "it is neither a group nor a dataset")
            }
        }
    }
}
