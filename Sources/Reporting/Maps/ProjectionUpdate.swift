internal import HDF5
internal import SweepModel

/// Makes the maps of a results file anew, and nothing else: all other groups stay as they are.
package struct ProjectionUpdate {
    private let results: ResultsReader
    private let performing: ResultsTask.Performing
    private let replace: ((String) throws -> Void) throws -> Void
    /// What the file will hold.
    package let maps: SweepMaps

    /// Reads the scores and makes the maps; writes nothing.
    /// - Parameters:
    ///   - output: where the file with the new maps goes; nil for the same place.
    ///   - force: whether results of another sweep at `output` are replaced.
    ///   - performing: how files are looked at before they are read.
    package init(
        path: String, options: MapOptions, output: String? = nil, force: Bool = false,
        performing: @escaping ResultsTask.Performing = ResultsTask.here
    ) throws {
        self.performing = performing
        _ = try performing(.check, path)
        let results = try ResultsReader(path: path)
        self.results = results
        let maps = try SweepMaps(try results.sweepScores(withLayerScores: false), options: options)
        self.maps = maps
        if let reason = maps.reason {
            throw Complaint(
                .request, "there is nothing to map: \(reason)", at: path,
                advice: "sweep at least \(MapOptions.fewestModels) models against each other, without --y")
        }
        guard maps.maps.contains(where: { $0.map != nil }) else {
            let reasons = maps.maps.map { "\($0.metric): \($0.reason ?? "")" }.joined(separator: "; ")
            throw Complaint(
                .request, "no metric can be mapped: \(reasons)", at: path,
                advice: "try --distance \(options.distance == .log ? "linear" : "log"), or complete the sweep")
        }
        if let output {
            replace = try Self.copy(of: results, at: output, force: force, performing)
        } else {
            replace = try Self.inPlace(path)
        }
    }

    /// Writes the file, whole or not at all; what was there before stays until then.
    package func write() throws {
        try replace { temporary in
            try FileCopy.copy(results.path, to: temporary)
            do throws(Complaint) { _ = try performing(.removeMaps, temporary) } catch {
                throw Complaint(error.kind, error.what, at: results.path, advice: error.advice)
            }
            try FileFailure.told(as: results.path) { () throws(HDF5Error) in
                let hdf5 = try HDF5File.update(temporary)
                try ProjectionWriter(maps: maps).write(try hdf5.root())
                try hdf5.close()
            }
        }
    }

    /// Replaces nothing but results of the same sweep, and never the file that is read.
    private static func copy(
        of results: ResultsReader, at output: String, force: Bool, _ performing: @escaping ResultsTask.Performing
    ) throws -> ((String) throws -> Void) throws -> Void {
        let texts = try performing(.mark, results.path)
        let mark = ResultsMark(spec: texts.first ?? "", stores: Array(texts.dropFirst()))
        let file = try ResultsFile(
            path: output, inputs: InputFiles([results.path]), force: force, performing: performing)
        try file.check(mark)
        return { write in try file.replace(mark, write) }
    }

    /// Replaces the file that was read, through symbolic links, unless it is another one by then.
    private static func inPlace(_ path: String) throws -> ((String) throws -> Void) throws -> Void {
        let read = try FileState.of(path, followingLinks: true)
        let file = try OutputFile(path: path)
        return { write in
            try file.replace(
                { (found) throws(Complaint) in
                    guard let read, found.state.isUnchanged(since: read) else {
                        throw Complaint(
                            .request, "the results were changed while maps were made", at: path,
                            advice: "see what else writes them")
                    }
                }, write)
        }
    }
}
