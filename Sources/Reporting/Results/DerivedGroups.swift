internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// What follows from the scores of a results file: `/analysis` and `/projection`.
struct DerivedGroups {
    /// Adds both to a file that holds the scores and nothing of these, from what the file itself says.
    /// - Parameter name: what errors call the file.
    static func append(to path: String, as name: String) throws {
        let scores = try scores(path, as: name)
        let analysed = AnalysedSweep(scores, facetAttributes: FacetedAlignment.attributes(of: scores))
        let maps = try SweepMaps(scores)
        try FileFailure.told(as: name) { () throws(HDF5Error) in
            let file = try HDF5File.update(path)
            let root = try file.root()
            try AnalysisWriter(analysed: analysed).write(root)
            try ProjectionWriter(maps: maps).write(root)
            try file.close()
        }
    }

    /// The reader must be gone before the file is opened for writing.
    private static func scores(_ path: String, as name: String) throws -> SweepScores {
        do {
            return try ResultsReader(path: path).sweepScores(withLayerScores: false)
        } catch let complaint as Complaint {
            throw Complaint(.work, complaint.what, at: name, advice: "look at the disk and run the same command again")
        }
    }
}
