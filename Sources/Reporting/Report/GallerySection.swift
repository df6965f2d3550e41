internal import Figures
internal import SweepAnalysis

/// Expected scores of fewer samples (Schemas/metrics.md, *Gallery curves*).
enum GallerySection {
    static let title = "Scores over the size of the gallery"

    /// A pair of different models, and where its scores stand.
    private struct Pair {
        let name: String
        let cell: Int
        let models: [String]
    }

    /// Nil where no metric has gallery curves.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        let metrics = context.metricOrder.map { context.sweep.metrics[$0] }.filter { $0.gallery != nil }
        guard !metrics.isEmpty else { return nil }
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "What the score of the best layers, those of all samples, is expected to be in a gallery of m random samples of the sweep: an exact "
                    + "mean over all galleries of that size, and not a simulation. With k neighbours in every gallery chance is k/(m - 1), and a "
                    + "larger gallery makes neighbours harder to share; with k in proportion to m the neighbourhood keeps its share of the "
                    + "gallery. Axes are logarithmic. Beyond the samples of the sweep nothing is said.")
        ]
        for metric in metrics {
            guard let gallery = metric.gallery else { continue }
            let heading = HTMLPage.Block.heading(ReportText.described(metric, context.sweep))
            let shown = pairs(metric, gallery, context)
            guard !shown.isEmpty, gallery.sizes.count > 1 else {
                blocks += [
                    heading,
                    .paragraph(
                        "There is nothing to draw: curves take two sizes and a pair of different models with a score."),
                ]
                continue
            }
            let fixed = figure(
                metric, gallery, shown, "k", "k = \(gallery.ks[0]) in every gallery", gallery.ks, gallery.scores,
                context, &files)
            let share = figure(
                metric, gallery, shown, "share", "k in proportion to m", gallery.proportionalKs,
                gallery.proportionalScores, context,
                &files)
            blocks.append(
                .about(
                    ReportText.topic(metric),
                    [
                        heading, .figures([fixed, share]),
                        .table(
                            table(gallery),
                            caption:
                                "Sizes, neighbours, chance, and by how much scores are too small at most since neighbour lists end"
                        ),
                    ]))
        }
        return HTMLPage.Section(title, blocks)
    }

    /// Those of the highest, the lowest and evenly spread scores between, of all samples.
    private static func pairs(_ metric: ScoredMetric, _ gallery: ScoredGallery, _ context: ReportContext) -> [Pair] {
        var found: [Pair] = []
        context.forEachModelPair { x, y, cell in
            guard metric.scores[cell].isFinite, gallery.scores[cell].isFinite else { return }
            found.append(Pair(name: "\(x.name) with \(y.name)", cell: cell, models: [x.name, y.name]))
        }
        found.sort { (metric.scores[$0.cell], $1.cell) > (metric.scores[$1.cell], $0.cell) }
        return CurveSection.spread(found.count).map { found[$0] }
    }

    private static func figure(
        _ metric: ScoredMetric, _ gallery: ScoredGallery, _ pairs: [Pair], _ slug: String, _ what: String, _ ks: [Int],
        _ scores: [Double], _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let xs = gallery.sizes.map(Double.init)
        var curves = pairs.map { pair in
            // A logarithm of nothing cannot be drawn.
            LineChart.Curve(
                pair.name, x: xs,
                y: gallery.sizes.indices.map { size in
                    let score = scores[size * metric.scores.count + pair.cell]
                    return score > 0 ? score : .nan
                }, subjects: pair.models)
        }
        curves.append(
            LineChart.Curve("chance", x: xs, y: zip(gallery.sizes, ks).map { ScoredGallery.chance(size: $0, k: $1) }))
        let described = ReportText.described(metric, context.sweep)
        var chart = LineChart(
            ChartText("\(metric.kind) over the size of the gallery, \(what)", subtitle: described),
            x: Axis("samples of the gallery, m", isLogarithmic: true), y: Axis(metric.kind, isLogarithmic: true),
            curves: curves)
        chart.naming = .legend
        return files.add(
            chart.figure(), ["gallery", metric.id, slug],
            caption:
                "\(described): expected scores of \(ReportText.count(pairs.count, "pair")) of models in random galleries, \(what). Chance is that of one "
                + "layer pair: the best of many layers lies above it.", topic: ReportText.topic(metric))
    }

    private static func table(_ gallery: ScoredGallery) -> DataTable {
        var table = DataTable(
            columns: ["m", "k", "chance", "too small by at most", "k in proportion", "its chance", "by at most"])
        for size in gallery.sizes.indices {
            let (m, k, share) = (gallery.sizes[size], gallery.ks[size], gallery.proportionalKs[size])
            table.append([
                .count(m), .count(k), .number(ScoredGallery.chance(size: m, k: k)), .number(gallery.bounds[size]),
                .count(share), .number(ScoredGallery.chance(size: m, k: share)),
                .number(gallery.proportionalBounds[size]),
            ])
        }
        return table
    }
}
