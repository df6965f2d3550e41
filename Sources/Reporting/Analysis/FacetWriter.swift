internal import HDF5
internal import SweepAnalysis

/// Writes mean alignment by the values of store attributes, a numbered group for each attribute and kind of subjects.
struct FacetWriter {
    /// All metrics of one attribute and kind of subjects together, in order.
    let facets: [FacetedAlignment]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        guard !facets.isEmpty, axes.metric.count > 0 else { return }
        let parent = try LabelledGroup(analysis, "facets", "mean alignment by the values of a store attribute")
        for (number, start) in stride(from: 0, to: facets.count, by: axes.metric.count).enumerated() {
            let entries = Array(facets[start..<(start + axes.metric.count)])
            let group = try LabelledGroup(
                parent.group, "\(number)", "pairs of subjects with reference models, pairs of one network left out")
            try entries[0].subjects.describe(group.group)
            try group.group.setAttribute("attribute", to: entries[0].attribute)
            let facet = try group.axis("facet", entries[0].facets.map(\.value), "values of the attribute")
            try group.put(
                "facet_of_model", axes.parts(entries[0].facets.map(\.models)), [axes.model],
                "position of the model's value, -1 for none")
            try PairMeanWriter(prefix: "", means: entries.flatMap { $0.facets.map(\.alignment) })
                .write(group, [axes.metric, facet])
            let network = try group.axis(
                "network", entries[0].series.map(\.network), "networks that have several of the values")
            try PairMeanWriter(prefix: "network_", means: entries.flatMap { $0.series.flatMap(\.alignments) })
                .write(group, [axes.metric, network, facet])
            try writePaired(entries, group, [axes.metric, facet])
        }
    }

    /// Means over the networks that have the values, and their differences from the first of these.
    private func writePaired(
        _ entries: [FacetedAlignment], _ group: borrowing LabelledGroup, _ axes: [DatasetAxis]
    ) throws(HDF5Error) {
        let isConfounded = entries.allSatisfy { $0.paired == nil }
        try group.group.setAttribute("confounded", to: Int64(isConfounded ? 1 : 0))
        guard !isConfounded else { return }
        func spread<Value>(_ part: (PairedFacets) -> [Estimate<Value>]) -> [Estimate<Value>] {
            entries.flatMap { entry in
                entry.facets.indices.map { facet in
                    guard let paired = entry.paired, let place = paired.facets.firstIndex(of: facet) else {
                        return Estimate(none: "no network has this value and the others", n: 0)
                    }
                    return part(paired)[place]
                }
            }
        }
        let means = spread(\.means)
        try group.put("paired_mean", means, axes, "mean over the networks that have every value that has a number here")
        { $0.mean }
        try group.put("paired_n", counts: means.map(\.n), axes, "number of those networks")
        let differences = spread(\.differences)
        try group.put(
            "paired_difference", differences, axes,
            "mean difference of the same networks from the first of these values"
        ) { $0.mean }
        let intervals = differences.map { difference in
            difference.value?.interval ?? Estimate<JackknifeInterval>(none: difference.reason ?? "", n: 0)
        }
        try IntervalWriter(intervals: intervals, error: "paired_difference_error", prefix: "paired_difference_")
            .write(group, axes)
    }
}
