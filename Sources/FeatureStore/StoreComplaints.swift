internal import HDF5
internal import SweepModel

/// Words for what can be wrong with a store: what, in which file and object, and what to do.
enum StoreComplaints {
    static func of(_ path: String, _ object: String, _ what: String, advice: String) -> Complaint {
        Complaint(.request, what, at: object.isEmpty ? path : "\(path), \(object)", advice: advice)
    }

    /// The complaint that a failed HDF5 call amounts to.
    static func of(_ error: HDF5Error, path: String, object: String = "", remote: RemoteStore? = nil) -> Complaint {
        // libhdf5 knows only that its driver failed.
        if let complaint = remote?.complaint { return complaint }
        if error.code == .notHDF5,
            let mistaken = remote.map(MistakenFile.description) ?? MistakenFile.description(of: path)
        {
            return of(path, object, mistaken.what, advice: mistaken.advice)
        }
        return switch error.code {
        case .notFound:
            of(path, object, "no such file", advice: "check the path")
        case .notHDF5:
            of(
                path, object, "the file is not HDF5",
                advice: "write feature stores with h5py, see Schemas/feature-store.md")
        case .truncated:
            of(path, object, "the file is truncated", advice: "copy or write the store again")
        case .locked:
            of(path, object, "the file is locked by another process", advice: "wait until its writer has closed it")
        case .permissionDenied:
            of(path, object, "the file cannot be read: permission denied", advice: "make it readable to you")
        case .missingObject:
            of(path, object, "the object is missing", advice: "write a version-1 store, see Schemas/feature-store.md")
        case .missingFilter:
            of(
                path, object, "the data use a filter that libhdf5 does not have here: \(error.reason)",
                advice: "install the filter plugin or write the store with gzip")
        case .notAFile:
            of(path, object, "\(error.reason), and stores are files", advice: "name a file")
        case .outside:
            of(
                path, object, "bytes outside of the store are not read: \(error.reason)",
                advice: "copy the values into the store: what was compared has to be told from one file")
        case .beyondLimit:
            of(path, object, error.reason, advice: "keep to the limits of Schemas/feature-store.md")
        case .wrongType, .wrongShape:
            of(path, object, error.reason, advice: "write it as Schemas/feature-store.md has it")
        case .invalidText:
            of(path, object, "the text cannot be read: \(error.reason)", advice: "write text as UTF-8, without NULs")
        case .damaged:
            of(
                path, object, "the file contradicts itself: \(error.reason)",
                advice: "the file may be damaged; copy or write the store again")
        default:
            of(
                path, object, "the file cannot be read: \(error.reason)",
                advice: "the file may be damaged; copy or write the store again")
        }
    }
}
