import CHDF5

/// A number type that datasets are created from.
package protocol HDF5Element: BitwiseCopyable, Sendable {
    /// The kind it is stored as.
    static var elementKind: ElementKind { get }
}

extension Float: HDF5Element {
    package static var elementKind: ElementKind { .float32 }
}

extension Double: HDF5Element {
    package static var elementKind: ElementKind { .float64 }
}

extension Int32: HDF5Element {
    package static var elementKind: ElementKind { .signed(bits: 32) }
}

extension Int64: HDF5Element {
    package static var elementKind: ElementKind { .signed(bits: 64) }
}

extension HDF5Group {
    /// Creates a dataset of numbers in row-major order and writes it.
    @discardableResult
    package func createDataset<Element: HDF5Element>(
        _ child: String, shape: [Int], values: [Element], chunks: ChunkedStorage? = nil
    ) throws(HDF5Error) -> HDF5Dataset {
        let (file, memory) = Self.types(of: Element.elementKind)
        return try create(child, shape, count: values.count, chunks, file: file, memory: memory) { write in
            values.withUnsafeBytes { write($0.baseAddress) }
        }
    }

    /// Creates a dataset of IEEE 754 binary16 numbers, given as bit patterns, and writes it.
    @discardableResult
    package func createDataset(
        _ child: String, shape: [Int], float16BitPatterns: [UInt16], chunks: ChunkedStorage? = nil
    ) throws(HDF5Error) -> HDF5Dataset {
        let (file, memory) = Self.types(of: .float16)
        return try create(child, shape, count: float16BitPatterns.count, chunks, file: file, memory: memory) { write in
            float16BitPatterns.withUnsafeBytes { write($0.baseAddress) }
        }
    }

    /// Creates a dataset of variable-length UTF-8 text and writes it.
    @discardableResult
    package func createDataset(
        _ child: String, shape: [Int], strings: [String], chunks: ChunkedStorage? = nil
    ) throws(HDF5Error) -> HDF5Dataset {
        let text = try TextBuffer(strings, reference, "create dataset \(reference.path(of: child))")
        let type = ElementTypes.variableString
        return try create(child, shape, count: strings.count, chunks, file: type, memory: type) { write in
            text.withPointers { write($0) }
        }
    }

    private typealias MakeType = () -> hid_t

    private static func types(of kind: ElementKind) -> (file: MakeType, memory: MakeType) {
        switch kind {
        case .float16:
            ({ ElementTypes.float16(like: chdf5_float32_le()) }, { ElementTypes.float16(like: chdf5_native_float()) })
        case .float32: ({ H5Tcopy(chdf5_float32_le()) }, { H5Tcopy(chdf5_native_float()) })
        case .float64: ({ H5Tcopy(chdf5_float64_le()) }, { H5Tcopy(chdf5_native_double()) })
        case .signed(bits: 32): ({ H5Tcopy(chdf5_int32_le()) }, { H5Tcopy(chdf5_native_int32()) })
        case .signed(bits: 64): ({ H5Tcopy(chdf5_int64_le()) }, { H5Tcopy(chdf5_native_int64()) })
        default: preconditionFailure("no type to write \(kind) with")
        }
    }

    private func create(
        _ child: String, _ shape: [Int], count: Int, _ chunks: ChunkedStorage?, file: MakeType, memory: MakeType,
        _ provide: (_ write: (UnsafeRawPointer?) -> herr_t) -> herr_t
    ) throws(HDF5Error) -> HDF5Dataset {
        let path = reference.path(of: child)
        let operation = "create dataset \(path)"
        guard shape.allSatisfy({ $0 > 0 }), try Dataspace.count(of: shape, reference, operation) == count else {
            throw reference.error(.wrongShape, operation, "the shape \(shape) does not suit \(count) values")
        }
        if let chunks, chunks.shape.count != shape.count {
            throw reference.error(.wrongShape, operation, "chunks \(chunks.shape) do not suit the shape \(shape)")
        }
        return try reference.writing { () throws(HDF5Error) -> HDF5Dataset in
            let (fileType, memoryType) = (file(), memory())
            let (link, creation) = (CreationProperties.link(), CreationProperties.dataset(shape: shape, chunks: chunks))
            let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
            defer {
                for type in [fileType, memoryType] { H5Tclose(type) }
                for list in [link, creation] { H5Pclose(list) }
                H5Sclose(space)
            }
            let id = try reference.check(
                H5Dcreate2(reference.id, child, fileType, space, link, creation, chdf5_default()), operation)
            let dataset = ObjectReference(id: id, name: path, file: reference.file)
            let whole = chdf5_whole_dataspace()
            do throws(HDF5Error) {
                try dataset.check(
                    provide { H5Dwrite(id, memoryType, whole, whole, chdf5_default(), $0) }, "write dataset \(path)")
                // Chunks wait in a cache until the dataset closes, which happens where nothing can be thrown.
                try dataset.check(H5Dflush(id), "write dataset \(path)")
            } catch {
                dataset.close()
                throw error
            }
            return try HDF5Dataset(opened: dataset)
        }
    }
}
