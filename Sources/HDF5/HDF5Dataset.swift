import CHDF5

/// An open dataset.
package struct HDF5Dataset: ~Copyable, HDF5Object {
    package let reference: ObjectReference
    /// The extents, slowest first; empty for a single value.
    package let shape: [Int]
    /// The product of the extents.
    package let elementCount: Int
    /// The type of the elements.
    package let elementKind: ElementKind

    init(opened reference: ObjectReference) throws(HDF5Error) {
        self.reference = reference
        do throws(HDF5Error) {
            let operation = "open dataset \(reference.name)"
            (shape, elementCount, elementKind) = try Library.locked { () throws(HDF5Error) in
                try Self.checkInside(reference, operation)
                let space = try reference.check(H5Dget_space(reference.id), operation)
                defer { H5Sclose(space) }
                let type = try reference.check(H5Dget_type(reference.id), operation)
                defer { H5Tclose(type) }
                let extents = try Dataspace.extents(of: space, reference, operation)
                let count = try Dataspace.count(of: extents, reference, operation)
                return (extents, count, ElementKind(type: type))
            }
        } catch {
            // No deinit runs for a value whose initializer throws.
            reference.close()
            throw error
        }
    }

    /// Throws where values lie outside of the file.
    private static func checkInside(_ reference: ObjectReference, _ operation: String) throws(HDF5Error) {
        let list = try reference.check(H5Dget_create_plist(reference.id), operation)
        defer { H5Pclose(list) }
        if H5Pget_layout(list) == H5D_VIRTUAL { return try VirtualSources(reference, operation).checkInside() }
        guard try reference.check(H5Pget_external_count(list), operation) > 0 else { return }
        var name = [CChar](repeating: 0, count: 4096)
        try reference.check(H5Pget_external(list, 0, name.count - 1, &name, nil, nil), operation)
        let file = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw reference.error(
            .outside, operation,
            "its values lie in another file, \(OutsideFile.described(file, of: reference.file.path))")
    }

    deinit {
        reference.close()
    }

    /// How the elements lie in the file.
    package func layout() throws(HDF5Error) -> StorageLayout {
        try withCreationProperties { (list, operation) throws(HDF5Error) -> StorageLayout in
            switch H5Pget_layout(list) {
            case H5D_CONTIGUOUS: return .contiguous
            case H5D_CHUNKED:
                var extents = [hsize_t](repeating: 0, count: shape.count)
                try reference.check(H5Pget_chunk(list, Int32(shape.count), &extents), operation)
                return .chunked(extents.map { Int(clamping: $0) })
            case H5D_COMPACT: return .compact
            case H5D_VIRTUAL: return .virtual
            default: return .other
            }
        }
    }

    /// The filters the chunks went through when written, in order.
    package func filters() throws(HDF5Error) -> [StorageFilter] {
        try withCreationProperties { (list, operation) throws(HDF5Error) -> [StorageFilter] in
            let count = try reference.check(H5Pget_nfilters(list), operation)
            var filters: [StorageFilter] = []
            for index in 0..<UInt32(count) {
                var name = [CChar](repeating: 0, count: 128)
                var flags: UInt32 = 0, configuration: UInt32 = 0
                var parameters = 0
                let identifier = H5Pget_filter2(
                    list, index, &flags, &parameters, nil, name.count, &name, &configuration)
                try reference.check(identifier, operation)
                let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                filters.append(
                    StorageFilter(
                        identifier: Int(identifier), name: String(decoding: text, as: UTF8.self),
                        isAvailable: H5Zfilter_avail(identifier) > 0))
            }
            return filters
        }
    }

    private func withCreationProperties<Result>(
        _ body: (_ list: hid_t, _ operation: String) throws(HDF5Error) -> Result
    ) throws(HDF5Error) -> Result {
        let operation = "inspect dataset \(reference.name)"
        return try Library.locked { () throws(HDF5Error) -> Result in
            let list = try reference.check(H5Dget_create_plist(reference.id), operation)
            defer { H5Pclose(list) }
            return try body(list, operation)
        }
    }
}

/// How the elements of a dataset lie in the file.
package enum StorageLayout: Sendable, Equatable {
    case contiguous
    /// In chunks of these extents; a chunk is read and decompressed whole.
    case chunked([Int])
    /// Inside the object header.
    case compact
    /// In other datasets, which are read in its place.
    case virtual
    case other
}

/// A filter that the chunks of a dataset go through.
package struct StorageFilter: Sendable, Equatable {
    /// The registered number of the filter.
    package let identifier: Int
    /// Its name as the writer recorded it.
    package let name: String
    /// Whether this libhdf5 has it, possibly as a plugin.
    package let isAvailable: Bool
}
