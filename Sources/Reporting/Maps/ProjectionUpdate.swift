internal import HDF5
internal import SweepModel

/// Makes the maps of a results file anew, and nothing else: all other groups stay as they are.
package struct ProjectionUpdate {
    private let update: ResultsUpdate
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
        _ = try performing(.check, path)
        let results = try ResultsReader(path: path)
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
        update =
            try output.map { try ResultsUpdate(copying: path, to: $0, force: force, performing: performing) }
            ?? ResultsUpdate(inPlace: path, performing: performing)
    }

    /// Writes the file, whole or not at all; what was there before stays until then.
    package func write() throws {
        try update.write(clearing: .removeMaps) { (root) throws(HDF5Error) in
            try ProjectionWriter(maps: maps).write(root)
        }
    }
}
