import CHDF5

extension HDF5Dataset {
    /// The most elements a whole dataset may have to be read at once, against shapes that only a damaged file has.
    package static let defaultElementLimit = 1 << 26

    /// Reads rows, all columns of each, in the stored precision and the byte order of this machine.
    ///
    /// A row is everything at one index of the first dimension. The buffer holds exactly the rows asked for, and that
    /// is also the memory used, apart from libhdf5's cache of 1 MiB and, for filtered data, one chunk.
    package func readRows(_ rows: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws(HDF5Error) {
        let operation = "read dataset \(reference.name)"
        guard let elementSize = elementKind.byteSize else {
            throw reference.error(.wrongType, operation, "it holds \(elementKind), not numbers")
        }
        guard let length = shape.first, rows.lowerBound >= 0, rows.upperBound <= length else {
            throw reference.error(.wrongShape, operation, "no rows \(rows) in the shape \(shape)")
        }
        let columns = length == 0 ? 0 : elementCount / length
        let (elements, tooMany) = rows.count.multipliedReportingOverflow(by: columns)
        let (bytes, tooLong) = elements.multipliedReportingOverflow(by: elementSize)
        guard !tooMany, !tooLong, bytes == buffer.count else {
            throw reference.error(
                .wrongShape, operation, "rows \(rows) of \(elementKind) \(shape) do not fit \(buffer.count) bytes")
        }
        guard bytes > 0 else { return }
        // Chunks that were never written leave the buffer as it is where their writer wanted it so.
        if try layout() != .contiguous || H5Dget_offset(reference.id) == chdf5_no_address() {
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
        }
        try Library.locked { () throws(HDF5Error) -> Void in
            let stored = try reference.check(H5Dget_type(reference.id), operation)
            defer { H5Tclose(stored) }
            let type = try reference.check(ElementTypes.inMemory(like: stored), operation)
            defer { H5Tclose(type) }
            let space = try reference.check(H5Dget_space(reference.id), operation)
            defer { H5Sclose(space) }
            var start = [hsize_t](repeating: 0, count: shape.count)
            var extents = shape.map { hsize_t($0) }
            start[0] = hsize_t(rows.lowerBound)
            extents[0] = hsize_t(rows.count)
            try reference.check(
                H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, extents, nil), operation)
            let memory = try reference.check(H5Screate_simple(1, [hsize_t(elements)], nil), operation)
            defer { H5Sclose(memory) }
            try checkFilters(operation)
            try reference.check(
                H5Dread(reference.id, type, memory, space, chdf5_default(), buffer.baseAddress), operation)
        }
    }

    /// Reads all elements as Double, in row-major order; any numbers of at most that precision will do.
    package func readDoubles(
        rank: Int = 1, limit: Int = Self.defaultElementLimit
    ) throws(HDF5Error) -> [Double] {
        switch elementKind {
        case .float16, .float32, .float64: break
        case .signed(let bits) where bits <= 32: break
        case .unsigned(let bits) where bits <= 32: break
        default: throw wrongType("numbers that Double can hold")
        }
        return try readAll(as: chdf5_native_double(), zero: 0, rank: rank, limit: limit)
    }

    /// Reads all elements as Int64, in row-major order; integers of any width will do.
    package func readInt64s(
        rank: Int = 1, limit: Int = Self.defaultElementLimit
    ) throws(HDF5Error) -> [Int64] {
        switch elementKind {
        case .signed: break
        case .unsigned(let bits) where bits < 64: break
        case .unsigned:
            // libhdf5 would clip values beyond Int64 without a word.
            let values: [UInt64] = try readAll(as: chdf5_native_uint64(), zero: 0, rank: rank, limit: limit)
            if let index = values.firstIndex(where: { $0 > UInt64(Int64.max) }) {
                throw reference.error(
                    .wrongType, "read dataset \(reference.name)", "element \(index) is \(values[index]), beyond Int64")
            }
            return values.map { Int64($0) }
        default: throw wrongType("integers")
        }
        return try readAll(as: chdf5_native_int64(), zero: 0, rank: rank, limit: limit)
    }

    /// Reads all elements of a dataset of text, in row-major order.
    package func readStrings(rank: Int = 1, limit: Int = Self.defaultElementLimit) throws(HDF5Error) -> [String] {
        let operation = "read dataset \(reference.name)"
        switch elementKind {
        case .variableString: break
        case .fixedString(let length):
            // As many bytes as the other elements may take, so that a claimed length cannot exhaust the memory.
            if elementCount > limit / max(length / 8, 1) { throw tooLarge(limit) }
        default: throw wrongType("text")
        }
        try checkShape(rank: rank, limit: limit)
        return try Library.locked { () throws(HDF5Error) -> [String] in
            try checkFilters(operation)
            let type = try reference.check(H5Dget_type(reference.id), operation)
            defer { H5Tclose(type) }
            let space = try reference.check(H5Dget_space(reference.id), operation)
            defer { H5Sclose(space) }
            let text = TextReading(
                subject: reference, operation: operation, type: type, space: space, count: elementCount)
            return try text.strings {
                H5Dread(reference.id, $0, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(), $1)
            }
        }
    }

    private func readAll<Element: BitwiseCopyable>(
        as type: @autoclosure () -> hid_t, zero: Element, rank: Int, limit: Int
    ) throws(HDF5Error) -> [Element] {
        let operation = "read dataset \(reference.name)"
        try checkShape(rank: rank, limit: limit)
        guard elementCount > 0 else { return [] }
        var values = [Element](repeating: zero, count: elementCount)
        return try Library.locked { () throws(HDF5Error) -> [Element] in
            try checkFilters(operation)
            let status = values.withUnsafeMutableBytes {
                H5Dread(
                    reference.id, type(), chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(),
                    $0.baseAddress)
            }
            try reference.check(status, operation)
            return values
        }
    }

    // Of all that can go wrong with a chunk, libhdf5 1.10 reports only that it cannot be read.
    func checkFilters(_ operation: String) throws(HDF5Error) {
        guard let filter = try filters().first(where: { !$0.isAvailable }) else { return }
        let name = filter.name.isEmpty ? "" : " (\(filter.name))"
        throw reference.error(
            .missingFilter, operation, "its chunks need filter \(filter.identifier)\(name), which is not installed")
    }

    private func checkShape(rank: Int, limit: Int) throws(HDF5Error) {
        // A column or a row is a list too.
        guard shape.count == rank || (rank == 1 && !shape.isEmpty && shape.count(where: { $0 != 1 }) <= 1) else {
            throw reference.error(
                .wrongShape, "read dataset \(reference.name)", "its shape is \(shape), not \(rank)-dimensional")
        }
        if elementCount > limit { throw tooLarge(limit) }
    }

    private func tooLarge(_ limit: Int) -> HDF5Error {
        reference.error(
            .wrongShape, "read dataset \(reference.name)",
            "\(elementKind) of shape \(shape) are too many to be read at once (limit \(limit))")
    }

    private func wrongType(_ wanted: String) -> HDF5Error {
        reference.error(.wrongType, "read dataset \(reference.name)", "it holds \(elementKind), not \(wanted)")
    }
}
