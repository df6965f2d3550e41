/// Bytes at offsets that are no file of the system, such as an object on a server, from which HDF5 can be read.
package protocol ByteSource: AnyObject, Sendable {
    /// How many there are.
    var byteCount: Int { get }
    /// Fills `buffer` with the bytes from `offset` on; false where that fails, and then it remembers why.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool
}

extension HDF5File {
    /// Opens what `source` holds for reading; `name` stands for it in messages.
    package static func open(_ source: any ByteSource, name: String) throws(HDF5Error) -> HDF5File {
        try Library.locked { () throws(HDF5Error) -> HDF5File in
            let opened = try attempt(name, "open the file", closingObjects: false, from: source)
            return HDF5File(lockingIgnored: false, id: opened, state: FileState(path: name))
        }
    }
}
