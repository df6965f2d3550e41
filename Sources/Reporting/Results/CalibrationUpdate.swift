internal import HDF5
package import SweepAnalysis
internal import SweepModel

/// Adds what permutations say to a finished sweep's results, and nothing else: all other groups stay as they are.
package struct CalibrationUpdate {
    private let path: String
    private let update: ResultsUpdate
    /// The sweep that gets them.
    package let recorded: RecordedSweep

    /// Reads what the results are of; writes nothing.
    /// - Parameter performing: how the file is looked at before it is read.
    package init(path: String, performing: @escaping ResultsTask.Performing = ResultsTask.here) throws {
        self.path = path
        _ = try performing(.check, path)
        recorded = try RecordedSweep(path: path)
        update = try ResultsUpdate(inPlace: path, performing: performing)
    }

    /// Writes what was found of `sweep`, the same one with permutations, whole or not at all. Throws where a store has other values than
    /// those that were scored.
    package func write(_ sweep: FinishedSweep) throws {
        for (store, digest) in zip(recorded.stores, sweep.history.storeDigests) where store.digest != digest {
            throw Complaint(
                .request, "the store \(store.path) has other values than those that were scored", at: path,
                advice: "run the sweep again, with --calibrate")
        }
        try update.write(clearing: .removeCalibrations) { (root) throws(HDF5Error) in
            try root.setAttribute("spec", to: sweep.spec.canonicalYAML)
            let statistics =
                try root.kind(of: "statistics") == nil
                ? try root.createGroup("statistics") : try root.group("statistics")
            let axes = try Axes.open(root)
            for (metric, calibration) in zip(sweep.plan.metrics, sweep.calibrations) {
                guard let calibration else { continue }
                let group =
                    try statistics.kind(of: metric.id) == nil
                    ? try statistics.createGroup(metric.id) : try statistics.group(metric.id)
                try CalibrationWriter(
                    plan: sweep.plan, calibration: calibration, permutesGroups: sweep.groupSizes != nil
                ).write(group, axes)
            }
        }
    }
}
