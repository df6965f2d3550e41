package import SweepModel

/// What a results file says that its sweep was: enough to run any part of it again.
package struct RecordedSweep {
    private let path: String
    /// The specification, without calibration.
    package let spec: SweepSpec
    /// The stores, in the order of the models.
    let stores: [Provenance.Store]

    /// Reads the file at `path`, which was looked at before (`ResultsTask.check`).
    package init(path: String) throws {
        self.path = path
        let read = try ResultsReader(path: path).provenance()
        stores = read.stores
        var spec: SweepSpec
        do throws(Complaint) {
            spec = try SpecReader.read(
                document: try SpecDocument.parse(read.specification, file: "spec"), flags: [])
        } catch {
            throw Complaint(
                .request, "the file's specification cannot be read: \(error.what)", at: path,
                advice: "use the release of platonic that wrote it, or run the sweep again")
        }
        (spec.permutations, spec.calibratedMetrics) = (nil, nil)
        self.spec = spec
    }

    /// Throws where the sweep did not have one of the stores at `paths`.
    package func check(stores paths: [String]) throws(Complaint) {
        let known = Set(stores.map { ResultsMark.place($0.path) })
        guard !known.isEmpty, let other = paths.first(where: { !known.contains(ResultsMark.place($0)) }) else { return }
        throw Complaint(
            .request, "the sweep did not have the store \(other)", at: path,
            advice: "run this in the folder where the sweep was run")
    }
}
