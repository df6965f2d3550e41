internal import HDF5
internal import SweepAnalysis

/// Writes how alike metrics rank pairs of models.
struct MetricCorrelationWriter {
    let correlation: MetricCorrelation

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let group = try LabelledGroup(
            analysis, "metric_correlation",
            "rank correlation of metrics over pairs of models, as in figure 12 of the paper")
        try group.group.setAttribute("excluded_pairs", to: Int64(correlation.excludedCount))
        let other = try group.axis("other_metric", correlation.metrics, "the same metrics")
        let cells = correlation.correlations
        try group.put(
            "spearman", cells, [axes.metric, other], "Spearman's rho, pairs of one network left out"
        ) { $0 }
        try group.put("n", counts: cells.map(\.n), [axes.metric, other], "number of distinct pairs with both scores")
        let kind = try group.axis(
            "pair_kind", correlation.kinds.map(\.name), "pairs by the modalities of their models")
        let parts = correlation.kinds.flatMap(\.correlations)
        try group.put(
            "kind_spearman", parts, [kind, axes.metric, other], "the same over pairs of one kind"
        ) { $0 }
        try group.put(
            "kind_n", counts: parts.map(\.n), [kind, axes.metric, other], "number of pairs of the kind with both scores"
        )
    }
}
