internal import Figures
internal import Projection
internal import SweepAnalysis
internal import SweepModel

/// Part 5: maps of the models (figure 2 of the paper, right), UMAP beside MDS.
enum MapSection {
    private static let title = "Maps of the models"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        guard context.sweep.isSymmetric else {
            return HTMLPage.Section(
                title,
                [
                    .paragraph(
                        "Maps need the scores of all models with one another; this sweep compares two lists of models.")
                ])
        }
        guard context.leading != nil else {
            return HTMLPage.Section(
                title, [.paragraph("The sweep has no scores of single layer pairs to map models by.")])
        }
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Models that align are near one another. A map in the plane cannot keep all distances: what each kept is below "
                    + "it. UMAP keeps neighbourhoods rather than distances between groups; MDS keeps distances as well as a "
                    + "plane can, and stands beside it to tell what is UMAP's doing. The axes have no meaning.")
        ]
        var others: [PageFigure] = []
        for metric in context.metricOrder {
            let map = ScoreMap(metric, context)
            switch map.outcome {
            case .success(let maps):
                let figures = [maps.umap, maps.mds].map { map.figure($0, maps, context, &files) }
                if metric == context.leading { blocks.append(.figures(figures)) } else { others += figures }
            case .failure(let complaint):
                blocks.append(.note("No map by \(context.sweep.metrics[metric].id): \(complaint.what)."))
            }
            if !map.excluded.isEmpty {
                blocks.append(
                    .note(
                        "Not on the map by \(context.sweep.metrics[metric].id), for want of a score with every "
                            + "other model: \(ReportText.some(map.excluded))."))
            }
        }
        if !others.isEmpty { blocks.append(.details(summary: "Maps by other metrics", [.figures(others)])) }
        return HTMLPage.Section(title, blocks)
    }
}

/// The maps of the models that have a score with one another by one metric.
private struct ScoreMap {
    let metric: ScoredMetric
    /// Positions of the models on the map.
    let members: [Int]
    /// The names of those that are not.
    let excluded: [String]
    /// The distances that were mapped; nil where there are none.
    let distances: MetricDistances?
    let outcome: Result<ModelMap, Complaint>

    init(_ position: Int, _ context: ReportContext) {
        metric = context.sweep.metrics[position]
        var found: MetricDistances?
        do throws(Complaint) {
            let known = try MetricDistances(metric, context.sweep, asked: context.options.distance)
            found = known
            outcome = .success(try ModelMap(known.matrix))
        } catch {
            outcome = .failure(error)
        }
        distances = found
        members = distances?.models ?? []
        let kept = Set(members)
        excluded = distances == nil ? [] : context.names.indices.filter { !kept.contains($0) }.map { context.names[$0] }
    }

    func figure(
        _ panel: ModelMap.Panel, _ maps: ModelMap, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let groups = context.grouping
        let score = Self.score(context)
        let points = zip(members, panel.points).map { member, point in
            MapChart.Point(
                x: point.x, y: point.y, name: context.names[member], family: groups?.names[member] ?? "",
                score: score?.values[member] ?? .nan)
        }
        var chart = MapChart(
            ChartText(
                "\(panel.method.rawValue) by \(metric.id)",
                subtitle: "\(ReportText.conditions(metric, context.sweep)); \(ReportText.count(members.count, "model"))"
            ),
            points: points)
        chart.familyTitle = groups?.title ?? ""
        if let score {
            chart.colours = context.scale(over: members.map { score.values[$0] })
            chart.colourTitle = score.title
        }
        chart.quality = quality(panel.quality)
        let distance = distances.map { "\($0.distance.rule)\($0.note.map { " (\($0))" } ?? "")" } ?? "unknown"
        var caption =
            "\(panel.method.rawValue) of \(ReportText.count(members.count, "model")) by \(ReportText.described(metric, context.sweep)); "
            + "distance \(distance)."
        if maps.pointCount < members.count {
            caption += " \(ReportText.count(maps.pointCount, "distinct point")): models whose score is 1 are one point."
        }
        switch panel.method {
        case .umap:
            caption +=
                " \(ReportText.count(maps.neighbours ?? 0, "neighbour")), turned, reflected and scaled onto the MDS."
        case .classicalScaling: caption += " With fewer than \(UMAP.fewestModels) distinct points there is no UMAP."
        case .smacof:
            if !maps.hasConverged { caption += " It did not converge." }
            // A share that rounds to nothing says nothing.
            let share = ReportText.percent(maps.negativeShare)
            if share != ReportText.percent(0) {
                caption +=
                    " \(share) of these distances fit no Euclidean map, of whatever dimension."
            }
        }
        let method = panel.method == .umap ? "umap" : (panel.method == .smacof ? "mds" : "classical-mds")
        return files.add(chart.figure(), ["map", metric.id, method], caption: caption, topic: ReportText.topic(metric))
    }

    private func quality(_ quality: MapQuality) -> String {
        func text(_ value: Double?) -> String { value.map { NumberText.fixed($0, decimals: 2) } ?? "none" }
        let neighbours = quality.neighbours
        let near = neighbours.map {
            "trustworthiness(\($0.neighbours)) \(text($0.trustworthiness)), continuity(\($0.neighbours)) \(text($0.continuity)), "
                + "neighbours kept \(text($0.recall)), "
        }
        return
            "Kept: \(near ?? "")rank correlation \(text(quality.rankCorrelation)), stress-1 \(text(quality.stress1))."
    }

    /// What colours the models: the score that most of them have, single tasks aside; nil where none has any.
    private static func score(_ context: ReportContext) -> (title: String, values: [Double])? {
        let compared = context.compared
        if let shares = SolvedTasks.shares(compared) { return ("share of vtab tasks solved", shares) }
        let counted = compared.scoreNames.map { name in
            (name, compared.scores[name] ?? [], compared.scores[name]?.count { $0.isFinite } ?? 0)
        }
        guard let most = counted.map(\.2).max(), let best = counted.first(where: { $0.2 == most }) else { return nil }
        let axis = ScoreAxis(score: best.0, lowerIsBetter: compared.lowerIsBetter.contains(best.0))
        return (axis.title, best.1.map(axis.shown))
    }
}
