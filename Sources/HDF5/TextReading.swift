import CHDF5

/// The elements of a dataset or attribute of text, to be read in one go.
struct TextReading {
    /// The object the errors speak of.
    let subject: ObjectReference
    /// What is being done, for errors.
    let operation: String
    /// The stored type, used in memory too: libhdf5 does not convert between ASCII and UTF-8.
    let type: hid_t
    /// The whole dataspace of the object.
    let space: hid_t
    /// The number of elements in it.
    let count: Int

    /// Reads and decodes; `read` is H5Dread or H5Aread, given the type in memory and where to put the elements. Text of variable length
    /// is given back to libhdf5 afterwards unless it lies in memory of the caller's.
    func strings(
        reclaims: Bool = true, _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
    ) throws(HDF5Error) -> [String] {
        guard count > 0 else { return [] }
        return try H5Tis_variable_str(type) > 0 ? variable(reclaims, read) : fixed(read)
    }

    /// Reads single characters, and decodes each run of `length` of them without the NULs and spaces that it ends in.
    func rows(
        of length: Int, _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
    ) throws(HDF5Error) -> [String] {
        let bytes = try bytes(read)
        var strings: [String] = []
        for first in stride(from: 0, to: bytes.count, by: length) {
            var row = bytes[first..<first + length]
            while row.last == 0 || row.last == UInt8(ascii: " ") { row.removeLast() }
            strings.append(try decoded(row, first / length))
        }
        return strings
    }

    private func variable(
        _ reclaims: Bool, _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
    ) throws(HDF5Error) -> [String] {
        let elements = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
        elements.initialize(repeating: nil, count: count)
        defer { elements.deallocate() }
        try subject.check(read(type, elements), operation)
        defer { if reclaims { H5Dvlen_reclaim(type, space, chdf5_default(), elements) } }
        var strings: [String] = []
        strings.reserveCapacity(count)
        for index in 0..<count {
            // libhdf5 gives no pointer for an empty string.
            guard let element = elements[index] else {
                strings.append("")
                continue
            }
            guard let string = String(validatingCString: element) else { throw invalid(index) }
            // A reference to text that is not there, over which libhdf5 1.10 leaves what it was to fill.
            guard reclaims || !string.isEmpty else {
                throw subject.error(.damaged, operation, "element \(index) has a length, and no text")
            }
            strings.append(string)
        }
        return strings
    }

    private func fixed(_ read: (hid_t, UnsafeMutableRawPointer) -> herr_t) throws(HDF5Error) -> [String] {
        let length = H5Tget_size(type)
        let padding = H5Tget_strpad(type)
        let bytes = try bytes(read)
        var strings: [String] = []
        strings.reserveCapacity(count)
        for index in 0..<count {
            var element = bytes[index * length..<(index + 1) * length]
            switch padding {
            case H5T_STR_NULLTERM: element = element.prefix { $0 != 0 }
            case H5T_STR_SPACEPAD: while element.last == UInt8(ascii: " ") { element.removeLast() }
            default: while element.last == 0 { element.removeLast() }
            }
            strings.append(try decoded(element, index))
        }
        return strings
    }

    /// A NUL that is no padding would end the text for whoever reads what is made of it, and no variable text can hold it.
    private func decoded(_ bytes: ArraySlice<UInt8>, _ index: Int) throws(HDF5Error) -> String {
        guard !bytes.contains(0) else {
            throw subject.error(.invalidText, operation, "element \(index) has a NUL within it")
        }
        guard let string = String(validating: bytes, as: UTF8.self) else { throw invalid(index) }
        return string
    }

    private func bytes(_ read: (hid_t, UnsafeMutableRawPointer) -> herr_t) throws(HDF5Error) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count * H5Tget_size(type))
        let status = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { read(type, $0) } ?? 0
        }
        try subject.check(status, operation)
        return bytes
    }

    private func invalid(_ index: Int) -> HDF5Error {
        subject.error(.invalidText, operation, "element \(index) is not valid UTF-8")
    }
}
