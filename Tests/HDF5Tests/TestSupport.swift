import CHDF5
import Foundation
import Synchronization

@testable import HDF5

/// Runs a test with an empty directory that is removed afterwards.
func withDirectory<Result>(_ body: (TestDirectory) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("hdf5-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(TestDirectory(path: url.path))
}

struct TestDirectory {
    let path: String

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The HDF5Error that the body throws; nil if it throws none.
func failure(_ body: () throws(HDF5Error) -> Void) -> HDF5Error? {
    do throws(HDF5Error) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Bytes of a file.
func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
}

extension HDF5Dataset {
    /// Rows as numbers of the stored type.
    func rows<Element: BitwiseCopyable>(_ rows: Range<Int>, of zero: Element) throws(HDF5Error) -> [Element] {
        let columns = shape.dropFirst().reduce(1, *)
        var values = [Element](repeating: zero, count: rows.count * columns)
        var failure: HDF5Error?
        values.withUnsafeMutableBytes { buffer in
            do throws(HDF5Error) { try readRows(rows, into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return values
    }
}

/// Types in memory; the module initialises libhdf5 before any is asked for.
enum Native {
    static let int32 = initialized(chdf5_native_int32)
    static let int64 = initialized(chdf5_native_int64)
    static let uint64 = initialized(chdf5_native_uint64)
    static let float = initialized(chdf5_native_float)
    static let double = initialized(chdf5_native_double)
}

/// Types in files, likewise.
enum Stored {
    static let int8 = initialized(chdf5_int8_le)
    static let float32 = initialized(chdf5_float32_le)
    static let float64 = initialized(chdf5_float64_le)
}

private func initialized(_ type: () -> hid_t) -> hid_t {
    Library.enter()
    defer { Library.leave() }
    return type()
}

/// Writes what the module reads but does not write, with plain library calls.
enum ForeignFile {
    /// Adds datasets or attributes to a new file.
    static func write(_ path: String, _ body: (hid_t) -> Void) {
        Library.enter()
        defer { Library.leave() }
        let file = H5Fcreate(path, chdf5_exclusive(), chdf5_default(), chdf5_default())
        precondition(file >= 0)
        body(file)
        precondition(H5Fclose(file) >= 0)
    }

    /// A dataset of one type in the file and another in memory.
    static func dataset<Element: BitwiseCopyable>(
        _ file: hid_t, _ name: String, shape: [Int], stored: hid_t, memory: hid_t, _ values: [Element]
    ) {
        let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
        let id = H5Dcreate2(file, name, stored, space, chdf5_default(), chdf5_default(), chdf5_default())
        precondition(id >= 0)
        if !values.isEmpty {
            let whole = chdf5_whole_dataspace()
            precondition(H5Dwrite(id, memory, whole, whole, chdf5_default(), values) >= 0)
        }
        H5Dclose(id)
        H5Sclose(space)
    }

    /// An attribute of the root group, of one type in the file and another in memory; no shape for a scalar.
    static func attribute<Element: BitwiseCopyable>(
        _ file: hid_t, _ name: String, shape: [Int]?, stored: hid_t, memory: hid_t, _ values: [Element]
    ) {
        let space =
            shape.map { H5Screate_simple(Int32($0.count), $0.map { hsize_t($0) }, nil) } ?? H5Screate(H5S_SCALAR)
        let id = H5Acreate2(file, name, stored, space, chdf5_default(), chdf5_default())
        precondition(id >= 0)
        precondition(H5Awrite(id, memory, values) >= 0)
        H5Aclose(id)
        H5Sclose(space)
    }

    /// Text of a fixed length.
    static func fixedString(_ length: Int, _ padding: H5T_str_t) -> hid_t {
        let type = H5Tcopy(chdf5_c_string())
        H5Tset_size(type, length)
        H5Tset_strpad(type, padding)
        return type
    }

    /// A number type with the bytes the other way round.
    static func bigEndian(_ type: hid_t) -> hid_t {
        let copy = H5Tcopy(type)
        H5Tset_order(copy, H5T_ORDER_BE)
        return copy
    }

    /// h5py's truth values.
    static func boolean() -> hid_t {
        let type = H5Tenum_create(Stored.int8)
        for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            withUnsafePointer(to: value) { _ = H5Tenum_insert(type, name, $0) }
        }
        return type
    }
}

/// Runs a body on a thread of its own, for faults that the kernel injects per thread.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    let slot = Slot<Value>()
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        let result = Result { try body() }
        slot.result.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    guard let result = slot.result.withLock({ $0 }) else { preconditionFailure("the thread left no result") }
    return try result.get()
}

private final class Slot<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}
