internal import HDF5
internal import SweepAnalysis

/// Writes alignment as a function of k, raw and normalised.
struct CurveTrendWriter {
    let curves: [CurveNormalisation]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        guard !curves.isEmpty else { return }
        let parent = try LabelledGroup(
            analysis, "curves", "scores over k, centred and scaled as in figure 10 of the paper")
        for curve in curves {
            let group = try LabelledGroup(parent.group, curve.metric, "scores of one metric over k")
            try curve.subjects.describe(group.group)
            try group.group.setAttribute("centre", to: curve.centre)
            let k = try group.axis("k", curve.ks.map { Int32(clamping: $0) }, "numbers of neighbours")
            let member = try group.axis("member", curve.members, "the subjects")
            try group.put(
                "parameters", curve.parameters.map { $0 ?? .nan }, [member], "number of parameters; NaN where unknown")
            let pair = try group.axis("pair", curve.pairs.indices.map { Int32(clamping: $0) }, "pairs of models")
            try group.put(
                "pair_member", axes.positions(curve.pairs.map(\.member)), [pair], "position along /analysis/model")
            try group.put(
                "pair_reference", axes.positions(curve.pairs.map(\.reference)), [pair], "position along /analysis/model"
            )
            try group.put("scores", curve.scores, [pair, k], "score of the pair")
            try group.put("mean", curve.means, [k], "mean over pairs") { $0.mean }
            try group.put("n", counts: curve.means.map(\.n), [k], "number of pairs with a score")
            try group.put("standard_deviation", curve.means, [k], "over pairs") { $0.standardDeviation }
            try group.put("standard_error", curve.means, [k], PairMeanWriter.paperError) { $0.standardError }
            try IntervalWriter(intervals: curve.intervals, error: "model_error", prefix: "interval_").write(group, [k])
            let trends = curve.trends.flatMap(\.values)
            try group.put(
                "trend", trends, [k, member],
                "(s(x, y) - s(centre, y))/sd over x of s(x, y), averaged over reference models y"
            ) { $0 }
            try group.put("trend_n", counts: trends.map(\.n), [k, member], "number of reference models in that mean")
        }
    }
}
