import CHDF5

/// How much text is read at most.
package struct TextLimits: Sendable {
    /// How many texts.
    package var count: Int
    /// Bytes of one of them.
    package var length: Int
    /// Bytes of all.
    package var bytes: Int

    package init(count: Int, length: Int, bytes: Int) {
        (self.count, self.length, self.bytes) = (count, length, bytes)
    }
}

extension HDF5Dataset {
    /// Texts that are read at a time.
    private static let slab = 1 << 16

    /// Reads a list of texts in any of the forms that HDF5 and netCDF writers give it: of fixed or variable length, a row or a column,
    /// or a matrix of single characters, one text a row, padded with NULs or spaces.
    ///
    /// `step` is called between one part and the next.
    package func readTextList(_ limits: TextLimits, step: () -> Void = {}) throws(HDF5Error) -> [String] {
        let operation = "read dataset \(reference.name)"
        let isCharacters = elementKind == .fixedString(length: 1) && shape.count == 2 && shape[1] > 1
        let count = isCharacters ? shape[0] : elementCount
        guard shape.count(where: { $0 != 1 }) <= 1 || isCharacters, !shape.isEmpty else {
            throw reference.error(.wrongShape, operation, "its shape is \(shape), where a list of texts was expected")
        }
        guard count <= limits.count else {
            throw tooLong(operation, "it has \(count) texts, of at most \(limits.count)")
        }
        switch elementKind {
        case .variableString: break
        case .fixedString(let size):
            let length = isCharacters ? shape[1] : size
            guard length <= limits.length, count <= limits.bytes / max(length, 1) else {
                throw tooLong(
                    operation,
                    "its texts have \(length) bytes each, of at most \(limits.length), and \(limits.bytes) in all")
            }
        default:
            throw reference.error(.wrongType, operation, "it holds \(elementKind), not text")
        }
        _ = try storedExtent(partLimit: limits.count)
        var texts: [String] = []
        texts.reserveCapacity(count)
        var bytesLeft = limits.bytes
        for first in stride(from: 0, to: count, by: Self.slab) {
            let slab = first..<min(first + Self.slab, count)
            for text in try read(slab, of: count, characters: isCharacters ? shape[1] : nil, bytesLeft, operation) {
                let bytes = text.utf8.count
                guard bytes <= limits.length, bytes <= bytesLeft else {
                    throw tooLong(
                        operation,
                        "text \(texts.count) has \(bytes) bytes, of at most \(limits.length), and \(limits.bytes) in all"
                    )
                }
                bytesLeft -= bytes
                texts.append(text)
            }
            step()
        }
        return texts
    }

    private func tooLong(_ operation: String, _ reason: String) -> HDF5Error {
        reference.error(.beyondLimit, operation, reason)
    }

    private func read(
        _ slab: Range<Int>, of count: Int, characters: Int?, _ bytesLeft: Int, _ operation: String
    ) throws(HDF5Error) -> [String] {
        try Library.locked { () throws(HDF5Error) -> [String] in
            let type = try reference.check(H5Dget_type(reference.id), operation)
            defer { H5Tclose(type) }
            let space = try reference.check(H5Dget_space(reference.id), operation)
            defer { H5Sclose(space) }
            var start = [hsize_t](repeating: 0, count: shape.count)
            var extents = shape.map { hsize_t($0) }
            let axis = shape.firstIndex { $0 == count } ?? 0
            (start[axis], extents[axis]) = (hsize_t(slab.lowerBound), hsize_t(slab.count))
            try reference.check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, extents, nil), operation)
            let elements = slab.count * (characters ?? 1)
            let memory = try reference.check(H5Screate_simple(1, [hsize_t(elements)], nil), operation)
            defer { H5Sclose(memory) }
            let text = TextReading(subject: reference, operation: operation, type: type, space: memory, count: elements)
            if let characters {
                return try text.rows(of: characters) { H5Dread(reference.id, $0, memory, space, chdf5_default(), $1) }
            }
            // A text is stored with its length, and every one of them with a NUL in memory.
            let room = VariableTextMemory(limit: bytesLeft + slab.count)
            return try room.withTransfer { (transfer) throws(HDF5Error) -> [String] in
                try text.strings(reclaims: false) { H5Dread(reference.id, $0, memory, space, transfer, $1) }
            }
        }
    }
}
