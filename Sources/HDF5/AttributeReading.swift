import CHDF5

extension HDF5Object where Self: ~Copyable {
    /// How many attributes there are.
    package func attributeCount() throws(HDF5Error) -> Int {
        try Library.locked { () throws(HDF5Error) -> Int in
            Int(try reference.check(chdf5_attribute_count(reference.id), "count the attributes of \(reference.name)"))
        }
    }

    /// The names of the attributes, ascending by bytes.
    package func attributeNames() throws(HDF5Error) -> [String] {
        try Library.locked { () throws(HDF5Error) -> [String] in
            var names: [String] = []
            let append: H5A_operator2_t = { _, name, _, context in
                guard let name else { return 0 }
                context?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                return 0
            }
            let status = withUnsafeMutablePointer(to: &names) {
                H5Aiterate2(reference.id, H5_INDEX_NAME, H5_ITER_INC, nil, append, $0)
            }
            try reference.check(status, "list the attributes of \(reference.name)")
            return names
        }
    }

    /// The bytes that an attribute may have where nothing else is asked for; only a damaged file has one larger.
    package static var largestAttribute: Int { 1 << 27 }

    /// The value of an attribute, of at most `byteLimit` bytes (text of any length counts 16); nil where there is none of this name.
    package func attribute(_ name: String, byteLimit: Int = Self.largestAttribute) throws(HDF5Error) -> AttributeValue?
    {
        let operation = "read attribute \(name) of \(reference.name)"
        return try Library.locked { () throws(HDF5Error) -> AttributeValue? in
            guard try reference.check(H5Aexists(reference.id, name), operation) > 0 else { return nil }
            let id = try reference.check(H5Aopen(reference.id, name, chdf5_default()), operation)
            defer { H5Aclose(id) }
            let type = try reference.check(H5Aget_type(id), operation)
            defer { H5Tclose(type) }
            let space = try reference.check(H5Aget_space(id), operation)
            defer { H5Sclose(space) }
            if H5Sget_simple_extent_type(space) == H5S_NULL { return .empty }
            let extents = try Dataspace.extents(of: space, reference, operation)
            let reading = AttributeReading(
                subject: reference, operation: operation, id: id, type: type, space: space, byteLimit: byteLimit,
                count: try Dataspace.count(of: extents, reference, operation), isScalar: extents.isEmpty)
            return try reading.value()
        }
    }
}

/// One open attribute, while it is read.
private struct AttributeReading {
    let subject: ObjectReference
    let operation: String
    let id: hid_t
    let type: hid_t
    let space: hid_t
    let byteLimit: Int
    let count: Int
    let isScalar: Bool

    func value() throws(HDF5Error) -> AttributeValue {
        let kind = ElementKind(type: type)
        // An attribute is read whole.
        guard count <= byteLimit / max(H5Tget_size(type), 1) else {
            throw subject.error(
                .beyondLimit, operation, "\(count) elements of type \(kind) take more than \(byteLimit) bytes")
        }
        switch kind {
        case .variableString, .fixedString:
            let text = TextReading(subject: subject, operation: operation, type: type, space: space, count: count)
            let strings = try text.strings { H5Aread(id, $0, $1) }
            return wrapped(strings, { .string($0) }, { .strings($0) })
        case .boolean:
            let values = try elements(as: type, zero: Int8(0)).map { $0 != 0 }
            return wrapped(values, { .boolean($0) }, { .booleans($0) })
        case .unsigned(bits: 64):
            let values = try elements(as: chdf5_native_uint64(), zero: UInt64(0))
            let narrowed = values.compactMap { Int64(exactly: $0) }
            guard narrowed.count == count else {
                return count == 1 ? .unsigned(values[0]) : .other("unsigned integer, beyond int64")
            }
            return wrapped(narrowed, { .int64($0) }, { .int64s($0) })
        case .other(let name):
            return try unusual(name)
        case .signed, .unsigned:
            let values = try elements(as: chdf5_native_int64(), zero: Int64(0))
            return wrapped(values, { .int64($0) }, { .int64s($0) })
        case .float16, .float32, .float64:
            return try floats()
        }
    }

    // libhdf5 converts floats and integers of any format, so a long double attribute is no reason to give up.
    private func unusual(_ name: String) throws(HDF5Error) -> AttributeValue {
        switch H5Tget_class(type) {
        case H5T_FLOAT: return try floats()
        case H5T_INTEGER where H5Tget_size(type) < 8:
            let values = try elements(as: chdf5_native_int64(), zero: Int64(0))
            return wrapped(values, { .int64($0) }, { .int64s($0) })
        case H5T_ENUM: return try enumerators()
        default: return .other(name)
        }
    }

    /// The numbers that stand for the names of an enumeration: libhdf5 converts between enumerations, and hands them out only as they are.
    private func enumerators() throws(HDF5Error) -> AttributeValue {
        let size = H5Tget_size(type)
        let base = try subject.check(H5Tget_super(type), operation)
        defer { H5Tclose(base) }
        guard size <= 8 else { return .other("enumeration") }
        // Room for what the stored numbers are converted to, in place.
        var bytes = [UInt8](repeating: 0, count: count * 8)
        guard count > 0 else { return .int64s([]) }
        try subject.check(bytes.withUnsafeMutableBytes { H5Aread(id, type, $0.baseAddress) }, operation)
        let converted = bytes.withUnsafeMutableBytes {
            H5Tconvert(base, chdf5_native_int64(), count, $0.baseAddress, nil, chdf5_default())
        }
        try subject.check(converted, operation)
        let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
        return wrapped(values, { .int64($0) }, { .int64s($0) })
    }

    private func floats() throws(HDF5Error) -> AttributeValue {
        let values = try elements(as: chdf5_native_double(), zero: 0.0)
        return wrapped(values, { .float64($0) }, { .float64s($0) })
    }

    private func elements<Element: BitwiseCopyable>(
        as memoryType: hid_t, zero: Element
    ) throws(HDF5Error) -> [Element] {
        var values = [Element](repeating: zero, count: count)
        guard count > 0 else { return values }
        let status = values.withUnsafeMutableBytes { H5Aread(id, memoryType, $0.baseAddress) }
        try subject.check(status, operation)
        return values
    }

    private func wrapped<Element>(
        _ values: [Element], _ one: (Element) -> AttributeValue, _ many: ([Element]) -> AttributeValue
    ) -> AttributeValue {
        if isScalar, let value = values.first { one(value) } else { many(values) }
    }
}
