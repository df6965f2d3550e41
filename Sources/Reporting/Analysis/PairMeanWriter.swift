internal import HDF5
internal import SweepAnalysis

/// Writes means over pairs of models with both of their errors.
struct PairMeanWriter {
    let prefix: String
    let means: [Estimate<PairMean>]

    func write(_ group: borrowing LabelledGroup, _ axes: [DatasetAxis]) throws(HDF5Error) {
        try group.put("\(prefix)mean", means, axes, "mean score of the pairs") { $0.mean }
        try group.put("\(prefix)n", counts: means.map(\.n), axes, "number of pairs")
        try group.put(
            "\(prefix)standard_error", means, axes, "sd/sqrt(n) over pairs, as in figure 2 of the paper"
        ) { $0.standardError }
        // A mean that is there may have no error of its own, for a reason of its own.
        let errors = means.map { mean in
            mean.value?.modelError ?? Estimate<Double>(none: mean.reason ?? "", n: 0)
        }
        try group.put("\(prefix)model_error", errors, axes, "jackknife over models") { $0 }
        try group.put(
            "\(prefix)model_count", counts: means.map { $0.value?.modelCount ?? 0 }, axes,
            "number of models in the pairs")
    }
}
