import CHDF5
import Synchronization

/// What the handles of one open file have in common.
final class FileState: Sendable {
    /// The path of the file, as given by the caller.
    let path: String
    // libhdf5 forgets a failed write: a later flush may succeed without the data. The first failure is therefore kept,
    // so that closing the file reports it.
    private let failure = Mutex<HDF5Error?>(nil)

    init(path: String) {
        self.path = path
    }

    /// The first write that failed.
    var firstFailure: HDF5Error? {
        failure.withLock { $0 }
    }

    /// Keeps a failed write unless an earlier one is known.
    func record(_ error: HDF5Error) {
        failure.withLock { $0 = $0 ?? error }
    }
}

/// An open object as the calls see it: an identifier of libhdf5 and the names for error messages.
package struct ObjectReference: Sendable {
    let id: hid_t
    /// The path of the object inside its file.
    package let name: String
    let file: FileState

    /// Throws libhdf5's error stack if the status just returned by it says so.
    @discardableResult
    func check<Status: SignedInteger>(_ status: Status, _ operation: String) throws(HDF5Error) -> Status {
        guard status < 0 else { return status }
        let stack = ErrorStack.captured()
        throw HDF5Error(code: stack.code, operation: operation, path: file.path, stack: stack.frames)
    }

    /// An error that this module found.
    func error(_ code: HDF5Error.Code, _ operation: String, _ reason: String) -> HDF5Error {
        HDF5Error(code: code, operation: operation, path: file.path, reason: reason)
    }

    /// Runs library calls that write, refused once a write to this file has failed.
    func writing<Result: ~Copyable>(_ body: () throws(HDF5Error) -> Result) throws(HDF5Error) -> Result {
        if let failure = file.firstFailure { throw failure }
        return try Library.locked { () throws(HDF5Error) -> Result in
            do throws(HDF5Error) {
                return try body()
            } catch {
                if error.code.concernsStorage { file.record(error) }
                throw error
            }
        }
    }

    /// Keeps libhdf5's error stack as a failed write of the file, where nothing can be thrown.
    func recordFailure(_ operation: String) {
        let stack = ErrorStack.captured()
        file.record(HDF5Error(code: stack.code, operation: operation, path: file.path, stack: stack.frames))
    }

    /// The path inside the file of something below this object.
    func path(of child: String) -> String {
        if child.hasPrefix("/") { return child }
        return name == "/" ? "/" + child : "\(name)/\(child)"
    }

    /// Closes the object with its handle; a file that was closed before has taken its objects along.
    func close() {
        Library.enter()
        defer { Library.leave() }
        // Not H5Idec_ref: after a failed write it leaves the half-closed object for the file to close once more.
        let status =
            switch H5Iget_type(id) {
            case H5I_DATASET: H5Dclose(id)
            case H5I_GROUP: H5Gclose(id)
            default: herr_t(0)
            }
        if status < 0 { recordFailure("close \(name)") }
    }
}

extension HDF5Error.Code {
    fileprivate var concernsStorage: Bool {
        switch self {
        case .diskFull, .permissionDenied, .other: true
        default: false
        }
    }
}
