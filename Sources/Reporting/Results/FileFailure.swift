internal import HDF5
internal import SweepModel

/// Failed writes of a results file as a person is told them.
enum FileFailure {
    /// Runs what writes the file; errors speak of `path`, not of the temporary file.
    static func told(as path: String, _ write: () throws(HDF5Error) -> Void) throws(Complaint) {
        do throws(HDF5Error) {
            try write()
        } catch {
            let isFull = error.code == .diskFull
            throw Complaint(
                .work, isFull ? "the disk is full" : "the results cannot be written: \(error.reason)", at: path,
                advice: isFull
                    ? "free some space and run the same command again: artifacts are kept" : "look at the disk")
        }
    }
}
