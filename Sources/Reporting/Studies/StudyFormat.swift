internal import HDF5
internal import SweepModel

/// The file of a study, `platonic-study` version 1 (Schemas/studies.md).
package enum StudyFormat {
    /// Its name in the study's directory.
    package static let file = "study.h5"
    static let name = "platonic-study"
    static let version = Int64(1)

    /// Writes a file in `directory`: `body` fills the group of the study, which is below `/study`.
    static func write(
        _ study: String, software: String, seed: UInt64, in directory: String, as path: String,
        _ body: (borrowing LabelledGroup) throws(HDF5Error) -> Void
    ) throws(Complaint) {
        try FileFailure.told(as: path) { () throws(HDF5Error) in
            let hdf5 = try HDF5File.create("\(directory)/\(file)")
            let root = try hdf5.root()
            try root.setAttribute("format", to: name)
            try root.setAttribute("version", to: version)
            try root.setAttribute("study", to: study)
            try root.setAttribute("software", to: software)
            try root.setAttribute("seed", to: "\(seed)")
            let studies = try LabelledGroup(root, "study", "one study")
            try body(try LabelledGroup(studies.group, study, "what was computed and found"))
            try hdf5.close()
        }
    }
}
