internal import HDF5
package import SweepModel

/// What is done to a results file that somebody names before anything else is, in a process that may break down over it: libhdf5 trusts what
/// is in a file.
package enum ResultsTask: String, Sendable {
    /// Reads all of it but scores of layers that lie in the file as they are. What it lets pass can be read again.
    case check
    /// Which sweep it is of: the canonical specification and the stores' paths; nothing where it is no results file.
    case mark
    /// Takes its maps away, of a copy.
    case removeMaps = "remove-maps"
    /// Takes away what permutations said, of a copy.
    case removeCalibrations = "remove-calibrations"
    /// Reads all images of a file that is no results file at all.
    case images

    /// How it is done: here, or in another process.
    package typealias Performing = @Sendable (ResultsTask, String) throws(Complaint) -> [String]

    /// Does it in this process.
    package static let here: Performing = { (task, path) throws(Complaint) in try task.perform(path) {} }

    /// Does it to the file at `path`; `step` is called whenever a part is done.
    package func perform(_ path: String, step: () -> Void) throws(Complaint) -> [String] {
        do {
            switch self {
            case .check: try Self.check(path, step)
            case .mark: return ResultsMark(path: path).map { [$0.spec] + $0.stores } ?? []
            case .images: _ = try ImageFile.read(path)
            case .removeMaps:
                try Self.update(path) { (root) throws(HDF5Error) in
                    if try root.kind(of: ProjectionWriter.name) != nil { try root.remove(ProjectionWriter.name) }
                }
            case .removeCalibrations: try Self.update(path, CalibrationWriter.remove)
            }
            return []
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint(.work, "\(error)", at: path, advice: "report this as a bug")
        }
    }

    private static func check(_ path: String, _ step: () -> Void) throws {
        let results = try ResultsReader(path: path)
        step()
        _ = try results.sweepScores(withLayerScores: false)
        for id in results.metricIDs {
            step()
            try results.checkLayerScores(of: id)
        }
        step()
        _ = try results.provenance()
    }

    private static func update(_ path: String, _ body: (borrowing HDF5Group) throws(HDF5Error) -> Void) throws {
        do throws(HDF5Error) {
            let hdf5 = try HDF5File.update(path)
            try body(try hdf5.root())
            try hdf5.close()
        } catch {
            // A copy of a damaged file fails as that does.
            guard error.code == .diskFull else { throw ResultsReader.complaint(error, path) }
            try FileFailure.told(as: path) { () throws(HDF5Error) in throw error }
        }
    }
}
