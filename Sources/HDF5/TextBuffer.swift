/// Strings as the array of C strings that libhdf5 takes variable-length text from.
struct TextBuffer {
    private let bytes: [CChar]
    private let offsets: [Int]

    /// Refuses text with a NUL, where HDF5 would end it.
    init(_ strings: [String], _ subject: ObjectReference, _ operation: String) throws(HDF5Error) {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        offsets.reserveCapacity(strings.count)
        for (index, string) in strings.enumerated() {
            if string.utf8.contains(0) {
                throw subject.error(.invalidText, operation, "element \(index) contains a NUL")
            }
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    /// Calls back with the address of the array of pointers, valid during the call; nil if there are no strings.
    func withPointers<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in buffer.baseAddress.map { $0 + offset } }
            return pointers.withUnsafeBytes { body($0.baseAddress) }
        }
    }
}
