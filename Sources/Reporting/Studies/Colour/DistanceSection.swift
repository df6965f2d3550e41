internal import ColourStudy
internal import Figures

/// Part 3: distances against distances.
enum DistanceSection {
    /// Pairs of colours that a scatter plot shows.
    private static let mostPairs = 400

    static func section(_ study: ColourStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        var figures: [PageFigure] = []
        for named in study.clouds { figures.append(scatter(named, &files)) }
        return HTMLPage.Section(
            "Distances against distances",
            [
                .paragraph(
                    "Maps of three dimensions lose some of what they show. Here are the distances themselves: each point is a pair of colours, to the "
                        + "right by how different they look (ΔE), upwards by how far apart the source puts them. p is the share of random "
                        + "matchings of the colours, of \(study.settings.permutations), that do as well."),
                .figures(figures),
            ])
    }

    private static func scatter(_ named: NamedCloud, _ files: inout ReportFiles) -> PageFigure {
        let cloud = named.cloud
        let n = cloud.names.count
        let pairs = (0..<n).flatMap { i in ((i + 1)..<n).map { (i, $0) } }
        let perceived = cloud.perceived
        // Spread over all colours, not over the first ones.
        let step = max(1, pairs.count / mostPairs)
        let shown = stride(from: step / 2, to: pairs.count, by: step).map { pairs[$0] }
        let points = shown.map { i, j in
            ScatterChart.Point(
                x: perceived.values[i * n + j], y: cloud.distances.values[i * n + j],
                name: "\(cloud.names[i]) and \(cloud.names[j])", isLabelled: false)
        }
        let comparison = cloud.comparison
        var chart = ScatterChart(
            ChartText(
                named.name,
                subtitle:
                    "Spearman \(ColourText.number(comparison.spearman)) (\(ColourText.p(comparison.spearmanP))), unbiased CKA "
                    + "\(ColourText.number(comparison.unbiasedCKA)) (\(ColourText.p(comparison.unbiasedCKAP)))"),
            x: Axis("difference to the eye, ΔE"), y: Axis(named.name == "images" ? "c − PMI" : "distance of features"),
            series: [.init(named.name, points: points)])
        chart.width = 530
        chart.plotHeight = 270
        return files.add(
            chart.figure(), ["distances", named.name],
            caption:
                "\(named.name): \(shown.count) of \(ReportText.count(pairs.count, "pair")) of \(n) colours are drawn; the numbers are of all."
        )
    }
}
