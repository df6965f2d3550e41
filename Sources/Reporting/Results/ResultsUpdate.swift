internal import HDF5
internal import SweepModel

/// A results file that gets some of its contents anew, and keeps everything else.
struct ResultsUpdate {
    /// The file that is read, as the user wrote it.
    private let path: String
    private let performing: ResultsTask.Performing
    private let replace: ((String) throws -> Void) throws -> Void

    /// Writes the file at `path` anew, through symbolic links, unless it is another one by then.
    init(inPlace path: String, performing: @escaping ResultsTask.Performing) throws {
        self.path = path
        self.performing = performing
        let read = try FileState.of(path, followingLinks: true)
        let file = try OutputFile(path: path)
        replace = { write in
            try file.replace(
                { (found) throws(Complaint) in
                    guard let read, found.state.isUnchanged(since: read) else {
                        throw Complaint(
                            .request, "the results were changed meanwhile", at: path,
                            advice: "see what else writes them")
                    }
                }, write)
        }
    }

    /// Writes a copy of the file at `path` to `output`, where it replaces nothing but results of the same sweep, and never the file that is
    /// read.
    init(copying path: String, to output: String, force: Bool, performing: @escaping ResultsTask.Performing) throws {
        self.path = path
        self.performing = performing
        let texts = try performing(.mark, path)
        let mark = ResultsMark(spec: texts.first ?? "", stores: Array(texts.dropFirst()))
        let file = try ResultsFile(path: output, inputs: InputFiles([path]), force: force, performing: performing)
        try file.check(mark)
        replace = { write in try file.replace(mark, write) }
    }

    /// Writes the file, whole or not at all; what was there before stays until then.
    /// - Parameters:
    ///   - clearing: what takes away the contents that are written anew.
    ///   - write: writes them.
    func write(clearing: ResultsTask, _ write: (borrowing HDF5Group) throws(HDF5Error) -> Void) throws {
        try replace { temporary in
            try FileCopy.copy(path, to: temporary)
            do throws(Complaint) { _ = try performing(clearing, temporary) } catch {
                throw Complaint(error.kind, error.what, at: path, advice: error.advice)
            }
            try FileFailure.told(as: path) { () throws(HDF5Error) in
                let hdf5 = try HDF5File.update(temporary)
                try write(try hdf5.root())
                try hdf5.close()
            }
        }
    }
}
