import CHDF5

/// How much of a dataset is in its file.
package struct StorageExtent: Sendable, Equatable {
    /// What the dataset is stored in: its chunks, its mappings if it is virtual, or one piece.
    package var parts: Int
    /// How many of them were never written: they read as the fill value, or as zeros.
    package var unwritten: Int
}

extension HDF5Dataset {
    /// Looks at where every part of the dataset lies, without reading any. Throws where one is outside of the file, has a size that it
    /// cannot have, needs a filter that is missing, or where there are more than `partLimit`.
    ///
    /// libhdf5 trusts these numbers: a chunk that is said to be shorter than it is comes out with whatever was in memory before.
    package func storedExtent(partLimit: Int) throws(HDF5Error) -> StorageExtent {
        try Library.locked { () throws(HDF5Error) -> StorageExtent in
            let operation = "look at the storage of dataset \(reference.name)"
            try checkFilters(operation)
            switch try layout() {
            case .compact: return StorageExtent(parts: 1, unwritten: 0)
            case .contiguous: return try contiguousExtent(operation)
            case .chunked(let extents): return try ChunkWalk(self, extents, partLimit, operation).extent()
            case .virtual:
                return try VirtualSources(reference, operation).extent(of: elementCount, partLimit: partLimit)
            case .other: throw reference.error(.wrongType, operation, "its storage is of a kind that is unknown here")
            }
        }
    }

    private func contiguousExtent(_ operation: String) throws(HDF5Error) -> StorageExtent {
        let address = H5Dget_offset(reference.id)
        guard elementCount > 0, address != chdf5_no_address() else {
            return StorageExtent(parts: 1, unwritten: elementCount > 0 ? 1 : 0)
        }
        // Never more than what fits in 64 bits: the count was checked when the dataset was opened.
        let (bytes, overflow) = UInt64(elementCount).multipliedReportingOverflow(by: try elementBytes(operation))
        try checkRange(address, overflow ? .max : bytes, "its values", operation)
        return StorageExtent(parts: 1, unwritten: 0)
    }

    /// Bytes of one element in the file.
    fileprivate func elementBytes(_ operation: String) throws(HDF5Error) -> UInt64 {
        let type = try reference.check(H5Dget_type(reference.id), operation)
        defer { H5Tclose(type) }
        return UInt64(H5Tget_size(type))
    }

    /// Throws where bytes from `address` on are not all in the file.
    fileprivate func checkRange(
        _ address: haddr_t, _ bytes: UInt64, _ what: String, _ operation: String
    ) throws(HDF5Error) {
        let length = try reference.fileEnd(operation)
        let (end, overflow) = UInt64(address).addingReportingOverflow(bytes)
        guard !overflow, end <= length else {
            throw reference.error(
                .damaged, operation, "\(what), \(bytes) bytes at \(address), end behind the file's \(length) bytes")
        }
    }
}

extension ObjectReference {
    /// Where the file ends that the object is in, and before that where the file itself says so: nothing behind that is read, and what
    /// stood in memory comes out instead.
    fileprivate func fileEnd(_ operation: String) throws(HDF5Error) -> UInt64 {
        let file = try check(H5Iget_file_id(id), operation)
        defer { H5Fclose(file) }
        var (length, recorded): (hsize_t, haddr_t) = (0, 0)
        try check(H5Fget_filesize(file, &length), operation)
        try check(H5Fget_eoa(file, &recorded), operation)
        return min(length, UInt64(recorded))
    }
}

/// A visit to every chunk of a dataset, by the coordinates that it has to have.
private struct ChunkWalk {
    let dataset: ObjectReference
    let shape: [Int]
    let chunk: [Int]
    let chunkBytes: UInt64
    let filters: [Int]
    let fileBytes: UInt64
    let partLimit: Int
    let operation: String

    private static let shuffle = 2, checksum = 3

    init(
        _ dataset: borrowing HDF5Dataset, _ chunk: [Int], _ partLimit: Int, _ operation: String
    ) throws(HDF5Error) {
        self.dataset = dataset.reference
        (shape, self.chunk, self.partLimit, self.operation) = (dataset.shape, chunk, partLimit, operation)
        filters = try dataset.filters().map(\.identifier)
        var bytes = try dataset.elementBytes(operation)
        for extent in chunk {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: UInt64(extent))
            // The format has 32 bits for it.
            guard extent > 0, !overflow, product <= UInt64(UInt32.max) else {
                throw dataset.reference.error(.damaged, operation, "its chunks cannot have the shape \(chunk)")
            }
            bytes = product
        }
        chunkBytes = bytes
        fileBytes = try dataset.reference.fileEnd(operation)
    }

    func extent() throws(HDF5Error) -> StorageExtent {
        var count = 1
        for (length, extent) in zip(shape, chunk) {
            let (product, overflow) = count.multipliedReportingOverflow(
                by: length / extent + (length % extent > 0 ? 1 : 0))
            guard !overflow, product <= partLimit else {
                throw dataset.error(
                    .beyondLimit, operation,
                    "the shape \(shape) in chunks of \(chunk) makes more than \(partLimit) chunks")
            }
            count = product
        }
        var unwritten = 0
        var offset = [hsize_t](repeating: 0, count: shape.count)
        for _ in 0..<count {
            if try !isWritten(offset) { unwritten += 1 }
            for axis in shape.indices.reversed() {
                offset[axis] += hsize_t(chunk[axis])
                if offset[axis] < hsize_t(shape[axis]) { break }
                offset[axis] = 0
            }
        }
        return StorageExtent(parts: count, unwritten: unwritten)
    }

    private func isWritten(_ offset: [hsize_t]) throws(HDF5Error) -> Bool {
        var mask: UInt32 = 0
        var address: haddr_t = 0
        var bytes: hsize_t = 0
        try dataset.check(H5Dget_chunk_info_by_coord(dataset.id, offset, &mask, &address, &bytes), operation)
        guard address != chdf5_no_address() else { return false }
        // That walked through the index. Reading searches in it, and where its order is broken finds nothing, which would be read as zeros.
        var found: hsize_t = 0
        try dataset.check(H5Dget_chunk_storage_size(dataset.id, offset, &found), operation)
        guard found > 0 else {
            throw dataset.error(
                .damaged, operation, "the chunk at \(offset) is in the index of chunks, and is not found there")
        }
        let (end, overflow) = UInt64(address).addingReportingOverflow(bytes)
        guard !overflow, end <= fileBytes else {
            throw dataset.error(
                .damaged, operation,
                "the chunk at \(offset), \(bytes) bytes at \(address), ends behind the file's \(fileBytes) bytes")
        }
        let active = filters.enumerated().filter { $0.offset < 32 && mask & (1 << $0.offset) == 0 }.map(\.element)
        let keepsSize = active.allSatisfy { $0 == Self.shuffle || $0 == Self.checksum }
        let expected = chunkBytes + UInt64(4 * active.count { $0 == Self.checksum })
        // What no filter shrinks, and nothing grows much.
        guard keepsSize ? bytes == expected : (bytes > 0 && bytes / 2 <= expected + 4096) else {
            throw dataset.error(
                .damaged, operation, "the chunk at \(offset) has \(bytes) bytes where it takes \(expected)")
        }
        return true
    }
}
