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

    /// How many links this group has.
    package func childCount() throws(HDF5Error) -> Int {
        try Library.locked { () throws(HDF5Error) -> Int in
            var info = H5G_info_t()
            try reference.check(H5Gget_info(reference.id, &info), "list group \(reference.name)")
            return Int(clamping: info.nlinks)
        }
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

    /// What is at a path below this group; nil where nothing is, which includes soft links that lead nowhere. Throws where the path
    /// leaves the file.
    package func kind(of child: String) throws(HDF5Error) -> ObjectKind? {
        let operation = "look up \(reference.path(of: child))"
        return try Library.locked { () throws(HDF5Error) -> ObjectKind? in
            guard let object = try reference.resolve(child, operation) else { return nil }
            defer { H5Oclose(object) }
            return Self.kind(of: object)
        }
    }

    private static func kind(of object: hid_t) -> ObjectKind {
        switch H5Iget_type(object) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
    }

    /// Opens a group below this one.
    package func group(_ child: String) throws(HDF5Error) -> HDF5Group {
        let path = reference.path(of: child)
        let id = try open(child, as: .group, "open group \(path)")
        return HDF5Group(reference: ObjectReference(id: id, name: path, file: reference.file))
    }

    /// Opens a dataset below this group.
    package func dataset(_ child: String) throws(HDF5Error) -> HDF5Dataset {
        let path = reference.path(of: child)
        let id = try open(child, as: .dataset, "open dataset \(path)")
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

    private func open(_ child: String, as kind: ObjectKind, _ operation: String) throws(HDF5Error) -> hid_t {
        try Library.locked { () throws(HDF5Error) -> hid_t in
            guard let object = try reference.resolve(child, operation) else {
                throw reference.error(.missingObject, operation, "no such object")
            }
            let found = Self.kind(of: object)
            if found == kind { return object }
            H5Oclose(object)
            switch found {
            case .group: throw reference.error(.wrongType, operation, "it is a group")
            case .dataset: throw reference.error(.wrongType, operation, "it is a dataset")
            case .other: throw reference.error(.wrongType, operation, "it is neither a group nor a dataset")
            }
        }
    }
}
