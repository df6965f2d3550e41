internal import HDF5
internal import SweepAnalysis

/// Writes means over pairs of models with their intervals over models.
struct PairMeanWriter {
    let prefix: String
    let means: [Estimate<PairMean>]

    func write(_ group: borrowing LabelledGroup, _ axes: [DatasetAxis]) throws(HDF5Error) {
        try group.put("\(prefix)mean", means, axes, "mean score of the pairs") { $0.mean }
        try group.put("\(prefix)n", counts: means.map(\.n), axes, "number of pairs")
        try group.put("\(prefix)standard_error", means, axes, Self.paperError) { $0.standardError }
        // A mean that is there may have no interval, for a reason of its own.
        try IntervalWriter(
            intervals: means.map(\.interval), error: "\(prefix)model_error", prefix: "\(prefix)interval_"
        ).write(group, axes)
        try group.put(
            "\(prefix)model_count", counts: means.map { $0.value?.modelCount ?? 0 }, axes,
            "number of models in the pairs")
    }

    static let paperError = "the paper's standard error, sd/sqrt(n) over pairs: too small, since pairs share models"
}

/// Writes intervals over models.
struct IntervalWriter {
    let intervals: [Estimate<JackknifeInterval>]
    /// The name of the standard error's dataset, and how the names of the others begin.
    let error: String
    let prefix: String

    func write(_ group: borrowing LabelledGroup, _ axes: [DatasetAxis]) throws(HDF5Error) {
        try group.put(
            error, intervals, axes, "standard error: jackknife over models, those of one network left out together"
        ) { $0.standardError }
        try group.put(
            "\(prefix)degrees_of_freedom", intervals, axes,
            "of Student's t; of two sets of models by Welch and Satterthwaite"
        ) { $0.degreesOfFreedom }
        try group.put("\(prefix)lower", intervals, axes, "95 % interval of the mean over models, lower end") {
            $0.lower
        }
        try group.put("\(prefix)upper", intervals, axes, "95 % interval of the mean over models, upper end") {
            $0.upper
        }
    }
}
