internal import Figures
internal import SweepAnalysis

/// The pairs of models that align most and least, in words.
enum HighlightSentences {
    static func blocks(_ context: ReportContext) -> [HTMLPage.Block] {
        guard let leading = context.leading else { return [] }
        let excluded = context.compared.pairs.count { context.compared.sharesNetwork($0) }
        let note =
            excluded > 0
            ? " Pairs of one network, such as a network and its untrained twin, are left out (\(excluded))." : ""
        var blocks: [HTMLPage.Block] = [
            .heading("Most and least alike"),
            .paragraph(
                "By \(ReportText.described(context.sweep.metrics[leading], context.sweep)); beside each maximum over "
                    + "layers stands the score of the two last layers, since a maximum also finds likeness of low-level "
                    + "layers, and its controls, where there are such: the mean score of these layers with samples matched at random, and the highest "
                    + "score with an untrained twin of one of the networks or of both in its place.\(note)"),
        ]
        blocks += lists(leading, context)
        let others = context.metricOrder.dropFirst()
        if !others.isEmpty {
            let parts = others.flatMap { position -> [HTMLPage.Block] in
                [.heading(ReportText.described(context.sweep.metrics[position], context.sweep))]
                    + lists(position, context)
            }
            blocks.append(.details(summary: "The same by \(ReportText.count(others.count, "other metric"))", parts))
        }
        return blocks
    }

    private static func lists(_ position: Int, _ context: ReportContext) -> [HTMLPage.Block] {
        let highlights = context.analysis.highlights[position]
        let blocks =
            list(highlights.within, "within a modality", position, context)
            + list(highlights.across, "across modalities", position, context)
        return blocks.isEmpty ? [.paragraph("No pair of different networks has a score.")] : blocks
    }

    private static func list(
        _ extremes: PairHighlights.Extremes, _ kind: String, _ position: Int, _ context: ReportContext
    ) -> [HTMLPage.Block] {
        func items(_ highlights: [PairHighlights.Highlight]) -> HTMLPage.Block {
            .list(highlights.map { sentence($0, position, context) })
        }
        let pairs = ReportText.count(extremes.pairCount, "pair")
        guard !extremes.highest.isEmpty else { return [] }
        var blocks: [HTMLPage.Block] = [.paragraph("Highest \(kind), of \(pairs):"), items(extremes.highest)]
        if !extremes.lowest.isEmpty {
            blocks += [.paragraph("Lowest \(kind), of \(pairs):"), items(extremes.lowest)]
        }
        return blocks
    }

    private static func sentence(
        _ pair: PairHighlights.Highlight, _ position: Int, _ context: ReportContext
    ) -> String {
        var text =
            "\(ReportText.score(pair.score)): \(pair.x)\(context.layerNames.suffix(pair.x, pair.xLayer)), with "
            + "\(pair.y)\(context.layerNames.suffix(pair.y, pair.yLayer)); last x last "
        let (names, n) = (context.names, context.compared.count)
        guard let a = names.firstIndex(of: pair.x), let b = names.firstIndex(of: pair.y) else { return text }
        let matrices = context.matrices[position]
        text += ReportText.score(matrices.lastLayers[a * n + b])
        if let aboveChance = matrices.aboveChance {
            text += ", above chance \(ReportText.score(aboveChance[a * n + b]))"
        }
        return text + TwinSection.clause(a, b, position, context)
    }
}
