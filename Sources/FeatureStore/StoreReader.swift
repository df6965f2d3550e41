internal import HDF5
package import SweepModel

/// An open feature store of version 1, whose structure has been checked (Schemas/feature-store.md).
///
/// Opening reads attributes and sample ids, and looks at where values are stored; those are read layer by layer and checked by
/// `LayerValues`.
package final class StoreReader: OpenStore {
    package let metadata: StoreMetadata
    package let identity: StoreIdentity?
    let file: HDF5File
    private let remote: RemoteStore?

    /// Opens and checks the store at `path`, or at a URL. `step` is called whenever a part of it has been looked at.
    package init(path: String, step: @escaping () -> Void = {}) throws(Complaint) {
        let remote = StorePaths.isURL(path) ? try RemoteStore(path) : nil
        let file: HDF5File
        var identity: StoreIdentity?
        do {
            if let remote {
                file = try HDF5File.open(remote, name: path)
            } else {
                file = try HDF5File.open(path) { identity = StoreIdentity(descriptor: $0) }
            }
        } catch {
            throw StoreComplaints.of(error, path: path, remote: remote)
        }
        let place = StorePlace(
            path: path, remote: remote, fileBytes: remote?.byteCount ?? identity?.bytes ?? 0,
            version: remote?.version ?? identity?.text ?? "")
        metadata = try StoreStructure(file: file, place: place, step: step).metadata()
        // Attributes that cannot be read are left out, which is for their types, not for servers that fail.
        if let failure = remote?.complaint { throw failure }
        self.identity = identity
        self.file = file
        self.remote = remote
    }

    package var exactVersion: String? { remote?.exactVersion }

    /// Throws where the file at the store's path is not, or not any more, what was opened: what was read from it may be of two states.
    package func checkUnchanged() throws(Complaint) {
        guard let identity, StoreIdentity(path: metadata.path) != identity else { return }
        throw StoreComplaints.of(
            metadata.path, "", "the store changed while it was read", advice: "try again when nothing writes to it")
    }

    /// The complaint that a failed HDF5 call amounts to.
    func complaint(_ error: HDF5Error, object: String) -> Complaint {
        StoreComplaints.of(error, path: metadata.path, object: object, remote: remote)
    }
}
