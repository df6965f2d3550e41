import CHDF5

/// The driver by which libhdf5 reads from a `ByteSource`.
///
/// libhdf5 has one for S3 of its own, which is not used: that of 1.10.8 writes whatever a server sends into the reader's buffer, of
/// whatever size (an answer longer than the range asked for was seen to end the process), and its settings have no place for a session
/// token, a time limit or the version of the object that was opened.
enum SourceDriver {
    /// What a property list carries to `open`: a source and the only name under which it may be opened, as links in a file may lead to
    /// other files.
    private final class Named: Sendable {
        let source: any ByteSource
        let name: String

        init(_ source: any ByteSource, _ name: String) {
            self.source = source
            self.name = name
        }
    }

    /// libhdf5's number for the driver, which stays registered; used under the library's lock only.
    private static let identifier: hid_t = {
        var driver = H5FD_class_t()
        let name: StaticString = "platonic_source"
        driver.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        driver.maxaddr = haddr_t(Int64.max)
        driver.fc_degree = H5F_CLOSE_WEAK
        driver.fapl_size = MemoryLayout<chdf5_source_info>.size
        driver.open = { name, flags, access, _ in SourceDriver.openFile(name, flags, access) }
        driver.close = { file in SourceDriver.closeFile(file) }
        driver.query = { _, flags in
            flags?.pointee = chdf5_features()
            return 0
        }
        driver.get_eoa = { file, _ in
            SourceDriver.opened(UnsafeMutablePointer(mutating: file))?.pointee.end_of_allocation ?? haddr_t.max
        }
        driver.set_eoa = { file, _, address in
            SourceDriver.opened(file)?.pointee.end_of_allocation = address
            return 0
        }
        driver.get_eof = { file, _ in
            SourceDriver.source(UnsafeMutablePointer(mutating: file)).map { haddr_t($0.byteCount) } ?? haddr_t.max
        }
        driver.read = { file, _, _, address, size, buffer in SourceDriver.readFile(file, address, size, buffer) }
        driver.write = { _, _, _, _, _, _ in -1 }
        return chdf5_register_driver(&driver)
    }()

    /// Opens `source` with the properties `access`; negative where that fails.
    static func open(_ source: any ByteSource, name: String, access: hid_t) -> hid_t {
        let named = Named(source, name)
        return withExtendedLifetime(named) {
            var info = chdf5_source_info(source: Unmanaged.passUnretained(named).toOpaque())
            guard H5Pset_driver(access, identifier, &info) >= 0 else { return -1 }
            return H5Fopen(name, chdf5_read_only(), access)
        }
    }

    // MARK: Calls from libhdf5

    private static func openFile(
        _ name: UnsafePointer<CChar>?, _ flags: UInt32, _ access: hid_t
    ) -> UnsafeMutablePointer<H5FD_t>? {
        guard let name, flags & chdf5_read_write() == 0, let info = H5Pget_driver_info(access),
            let pointer = info.assumingMemoryBound(to: chdf5_source_info.self).pointee.source
        else { return nil }
        let named = Unmanaged<Named>.fromOpaque(pointer)
        guard named._withUnsafeGuaranteedRef({ $0.name == String(cString: name) }) else { return nil }
        let opened = UnsafeMutablePointer<chdf5_source>.allocate(capacity: 1)
        opened.initialize(to: chdf5_source())
        opened.pointee.source = named.retain().toOpaque()
        return UnsafeMutableRawPointer(opened).assumingMemoryBound(to: H5FD_t.self)
    }

    private static func closeFile(_ file: UnsafeMutablePointer<H5FD_t>?) -> herr_t {
        guard let opened = opened(file), let source = opened.pointee.source else { return -1 }
        Unmanaged<Named>.fromOpaque(source).release()
        opened.deallocate()
        return 0
    }

    private static func readFile(
        _ file: UnsafeMutablePointer<H5FD_t>?, _ address: haddr_t, _ size: Int, _ buffer: UnsafeMutableRawPointer?
    ) -> herr_t {
        guard let source = source(file), let buffer, let offset = Int(exactly: address) else { return -1 }
        // As with files, what lies beyond the end is zero.
        let count = max(0, min(size, source.byteCount - offset))
        (buffer + count).initializeMemory(as: UInt8.self, repeating: 0, count: size - count)
        if count == 0 { return 0 }
        return source.read(at: offset, into: UnsafeMutableRawBufferPointer(start: buffer, count: count)) ? 0 : -1
    }

    private static func opened(_ file: UnsafeMutablePointer<H5FD_t>?) -> UnsafeMutablePointer<chdf5_source>? {
        file.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: chdf5_source.self) }
    }

    private static func source(_ file: UnsafeMutablePointer<H5FD_t>?) -> (any ByteSource)? {
        opened(file)?.pointee.source.map { Unmanaged<Named>.fromOpaque($0).takeUnretainedValue().source }
    }
}
