internal import HDF5
internal import SweepModel

/// The store that complaints speak of while it is opened.
struct StorePlace {
    let path: String
    let remote: RemoteStore?
    /// The size of its file.
    let fileBytes: Int
    /// What this state of the file is known by.
    let version: String

    func complaint(_ object: String, _ what: String, _ advice: String) -> Complaint {
        StoreComplaints.of(path, object, what, advice: advice)
    }

    /// Says that something is larger than the format allows.
    func beyond(_ object: String, _ what: String) -> Complaint {
        complaint(object, what, "keep to the limits of Schemas/feature-store.md")
    }

    /// Runs an HDF5 call and words its failure.
    func reading<T: ~Copyable>(_ object: String, _ body: () throws(HDF5Error) -> T) throws(Complaint) -> T {
        do { return try body() } catch {
            throw StoreComplaints.of(error, path: path, object: object, remote: remote)
        }
    }
}
