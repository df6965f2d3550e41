internal import HDF5
internal import SweepAnalysis

/// Writes the pairs that align most and least, by name.
struct HighlightWriter {
    let highlights: [PairHighlights]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let group = try LabelledGroup(
            analysis, "highlights", "pairs that align most and least, within and across modality, not of one network")
        let scope = try group.axis("scope", ["within", "across"], "of one modality or of two")
        let rank = try group.axis(
            "rank", (0..<PairHighlights.count).map { Int32(clamping: $0) }, "0 for the most extreme")
        let extremes = highlights.flatMap { [$0.within, $0.across] }
        try group.put(
            "n", counts: extremes.map(\.pairCount), [axes.metric, scope], "number of pairs with a score")
        let along = [axes.metric, scope, rank]
        try write(group, "highest", extremes.map(\.highest), along)
        try write(group, "lowest", extremes.map(\.lowest), along)
    }

    private func write(
        _ group: borrowing LabelledGroup, _ name: String, _ pairs: [[PairHighlights.Highlight]], _ axes: [DatasetAxis]
    ) throws(HDF5Error) {
        let cells = pairs.flatMap { found in
            (0..<PairHighlights.count).map { $0 < found.count ? found[$0] : nil }
        }
        try group.put("\(name)_score", cells.map { $0?.score ?? .nan }, axes, "NaN where there are too few pairs")
        try group.put("\(name)_x", strings: cells.map { $0?.x ?? "" }, axes, "the model whose layer is x")
        try group.put("\(name)_y", strings: cells.map { $0?.y ?? "" }, axes, "the model whose layer is y")
        try group.put("\(name)_x_layer", counts: cells.map { $0?.xLayer ?? -1 }, axes, "layer index, -1 unknown")
        try group.put("\(name)_y_layer", counts: cells.map { $0?.yLayer ?? -1 }, axes, "layer index, -1 unknown")
    }
}
