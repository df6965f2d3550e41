internal import Figures
internal import SweepAnalysis

/// Scores beside those of pairs that have no reason to be alike: samples matched at random, and the same networks without training.
enum TwinSection {
    static let title = "Controls: matched at random, and untrained"

    /// A pair of trained models of different networks with its controls under one metric.
    private struct Controlled {
        let name: String
        let first: Int
        let second: Int
        let score: Double
        let controls: UntrainedTwins.Controls
    }

    /// Nil where no pair has an untrained twin: what random matchings say then stands beside every score already.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        guard let leading = context.leading else { return nil }
        let pairs = controlled(leading, context)
        guard !pairs.isEmpty else { return nil }
        let table = table(context)
        let path = files.add(table, ["controls"])
        var blocks: [HTMLPage.Block] = [
            .paragraph(words(pairs, leading, context)), .figures([figure(pairs, leading, context, &files)]),
        ]
        let own = DataTable(
            columns: table.columns, rows: table.rows.filter { $0[0] == .text(context.sweep.metrics[leading].id) })
        if own.rows.count <= ReportLimits.rowsInTables {
            blocks.append(
                .details(
                    summary: "Controls of \(ReportText.count(own.rows.count, "pair"))",
                    [.table(own, caption: "Scores of trained models, maximum over layers, and their controls")]))
        }
        blocks.append(.links([("Controls of all pairs under all metrics (CSV)", path)]))
        return HTMLPage.Section(title, blocks)
    }

    /// "; matched at random 0.010, untrained 0.052"; empty where nothing is known of either.
    static func clause(_ a: Int, _ b: Int, _ metric: Int, _ context: ReportContext) -> String {
        let (matrices, n) = (context.matrices[metric], context.compared.count)
        let random = matrices.atRandom.map { $0[a * n + b] }.flatMap { $0.isFinite ? $0 : nil }
        let untrained = context.twins.controls(a, b, in: matrices.maximum).highest
        let parts = [
            random.map { "matched at random \(ReportText.score($0))" },
            untrained.map { "untrained \(ReportText.score($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? "" : "; \(parts.joined(separator: ", "))"
    }

    /// Those that have an untrained control, by score.
    private static func controlled(_ metric: Int, _ context: ReportContext) -> [Controlled] {
        let (compared, matrix) = (context.compared, context.matrices[metric].maximum)
        let found = compared.pairs.compactMap { pair -> Controlled? in
            let score = matrix[pair.first * compared.count + pair.second]
            let controls = context.twins.controls(pair.first, pair.second, in: matrix)
            let isTrained = [pair.first, pair.second].allSatisfy { !UntrainedTwins.isUntrained(compared.models[$0]) }
            guard score.isFinite, controls.highest != nil, isTrained, !compared.sharesNetwork(pair) else { return nil }
            return Controlled(
                name: "\(context.names[pair.first]) with \(context.names[pair.second])", first: pair.first,
                second: pair.second, score: score, controls: controls)
        }
        return found.sorted { ($0.score, $1.first, $1.second) > ($1.score, $0.first, $0.second) }
    }

    private static func words(_ pairs: [Controlled], _ metric: Int, _ context: ReportContext) -> String {
        let below = pairs.filter { $0.score <= ($0.controls.highest ?? -.infinity) }
        let scores = pairs.map(\.score).reduce(0, +) / Double(pairs.count)
        let controls = pairs.compactMap(\.controls.highest).reduce(0, +) / Double(pairs.count)
        let which =
            below.isEmpty
            ? "in each of them the trained pair scores higher than every control"
            : "in \(pairs.count - below.count) of them the trained pair scores higher than every control, and not so "
                + ReportText.some(
                    below.map {
                        "\($0.name) (\(ReportText.score($0.score)), untrained \(ReportText.score($0.controls.highest ?? .nan)))"
                    })
        return
            "What training brings to a score shows beside the same networks without it: twins with random weights, in the place of one model or of "
            + "both. By \(ReportText.described(context.sweep.metrics[metric], context.sweep)), \(ReportText.count(pairs.count, "pair")) of trained "
            + "models of different networks have such controls: \(which). On average the score is \(ReportText.score(scores)), and that of the highest "
            + "control \(ReportText.score(controls)). An untrained network still knows its input, such as colours, lengths and shared words: "
            + "what it shares with another is no chance, and no training either."
    }

    private static func figure(
        _ pairs: [Controlled], _ metric: Int, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let id = context.sweep.metrics[metric].id
        let models = context.compared.models
        let points = pairs.enumerated().map { position, pair in
            ScatterChart.Point(
                x: pair.score, y: pair.controls.highest ?? .nan, name: pair.name,
                category: models[pair.first].modality == models[pair.second].modality
                    ? "within a modality" : "across modalities",
                subjects: [models[pair.first].name, models[pair.second].name],
                isLabelled: position < ReportLimits.listed)
        }
        let described = ReportText.described(context.sweep.metrics[metric], context.sweep)
        var chart = ScatterChart(
            ChartText("Trained pairs against their untrained controls", subtitle: described),
            x: Axis("\(id), trained", n: points.count), y: Axis("\(id), highest untrained control"),
            series: [
                ScatterChart.Series(
                    "equal scores", points: points, trend: .equality(over: points.flatMap { [$0.x, $0.y] }))
            ])
        chart.categoryTitle = "pairs"
        return files.add(
            chart.figure(), ["controls", id],
            caption:
                "\(described), maximum over layers: each point is a pair of trained models of different networks, against the highest score with "
                + "an untrained twin in the place of one of them or of both. Below the line training made the pair more alike.",
            numbers: .file)
    }

    private static func table(_ context: ReportContext) -> DataTable {
        var table = DataTable(columns: [
            "metric", "x", "y", "score", "matched at random", "threshold", "x untrained", "y untrained",
            "both untrained",
        ])
        let n = context.compared.count
        for metric in context.metricOrder {
            let matrices = context.matrices[metric]
            for pair in controlled(metric, context) {
                let cell = pair.first * n + pair.second
                let controls = pair.controls
                table.append(
                    [
                        .text(context.sweep.metrics[metric].id), .text(context.names[pair.first]),
                        .text(context.names[pair.second]), .number(pair.score),
                        .init(matrices.atRandom?[cell]), .init(matrices.calibration?.values[.maximum]?.threshold[cell]),
                    ] + [controls.firstUntrained, controls.secondUntrained, controls.bothUntrained].map { .init($0) })
            }
        }
        return table
    }
}
