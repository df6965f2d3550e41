internal import HDF5
internal import SweepModel

/// Makes the maps of a results file anew, and nothing else: all other groups stay as they are.
package struct ProjectionUpdate {
    private let results: ResultsReader
    private let file: AtomicFile
    /// What the file will hold.
    package let maps: SweepMaps

    /// Reads the scores and makes the maps; writes nothing.
    /// - Parameter output: where the file with the new maps goes; nil for the same place.
    package init(path: String, options: MapOptions, output: String? = nil) throws {
        results = try ResultsReader(path: path)
        maps = try SweepMaps(try results.sweepScores(withLayerScores: false), options: options)
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
        file = try AtomicFile(path: output ?? path)
    }

    /// Writes the file, whole or not at all; what was there before stays until then.
    package func write() throws {
        try file.replace { temporary in
            try FileCopy.copy(results.path, to: temporary)
            try FileFailure.told(as: results.path) { () throws(HDF5Error) in
                let hdf5 = try HDF5File.update(temporary)
                let root = try hdf5.root()
                if try root.kind(of: ProjectionWriter.name) != nil { try root.remove(ProjectionWriter.name) }
                try ProjectionWriter(maps: maps).write(root)
                try hdf5.close()
            }
        }
    }
}
