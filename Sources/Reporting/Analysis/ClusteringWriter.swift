internal import HDF5
internal import SweepAnalysis

/// Writes the trees of models, as `scipy.cluster.hierarchy` numbers them.
struct ClusteringWriter {
    let clusterings: [ModelClustering]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let group = try LabelledGroup(
            analysis, "clustering", "average linkage of 1 - score, leaves in optimal order")
        guard let first = clusterings.first else {
            return try group.group.setAttribute(
                "reason", to: "only a symmetric sweep of at least two models has clusters")
        }
        let count = first.order.count
        let position = try group.axis("position", (0..<count).map { Int32(clamping: $0) }, "places from left to right")
        let step = try group.axis("step", (0..<(count - 1)).map { Int32(clamping: $0) }, "merges, ascending by height")
        let merges = clusterings.flatMap(\.merges)
        try group.put(
            "order", counts: clusterings.flatMap(\.order), [axes.metric, position],
            "leaves from left to right, as positions along /analysis/model")
        let clusters = "a leaf, or the count of leaves plus the step that made it"
        try group.put("left", counts: merges.map(\.left), [axes.metric, step], clusters)
        try group.put("right", counts: merges.map(\.right), [axes.metric, step], clusters)
        try group.put("height", merges.map(\.height), [axes.metric, step], "mean of 1 - score between the two")
        try group.put("size", counts: merges.map(\.size), [axes.metric, step], "number of leaves of the cluster made")
        try group.put(
            "missing_pairs", counts: clusterings.map(\.missingCount), [axes.metric],
            "number of pairs without a score, taken to be as far apart as the farthest")
    }
}
