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
        }
    }
}
