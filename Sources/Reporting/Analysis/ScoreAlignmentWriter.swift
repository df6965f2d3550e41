internal import HDF5
internal import SweepAnalysis

/// Writes alignment against scores, a group for each kind of subjects.
struct ScoreAlignmentWriter {
    let analysed: AnalysedSweep

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let parent = try LabelledGroup(
            analysis, "score_alignment", "alignment of models against their scores, as in figures 3 and 4 of the paper")
        let compared = analysed.compared
        for (number, group) in compared.groups.enumerated() {
            let panels = analysed.scoreAlignments.filter { $0.subjects == group.subjects }
            guard !panels.isEmpty, !group.references.isEmpty else { continue }
            let members = group.members.map { compared.compared.models[$0] }
            let section = try LabelledGroup(
                parent.group, "\(number)", "subjects (dimension member) against reference models, score by score")
            try group.subjects.describe(section.group)
            let member = try section.axis("member", members.map(\.name), "the subjects")
            try section.put("member_index", counts: group.members, [member], "position along /analysis/model")
            try section.put("family", strings: members.map { $0.family ?? "" }, [member], "empty where unknown")
            let references = group.references.map { compared.compared.models[$0].name }
            let reference = try section.axis("reference", references, "the models that they are compared with")
            try section.put("reference_index", counts: group.references, [reference], "position along /analysis/model")
            try Panels(panels, metrics: compared.metrics.map(\.id), members: members.map(\.name))
                .write(section, axes.metric, member, reference)
        }
    }
}

/// The panels of one kind of subjects, score by metric.
private struct Panels {
    private let scores: [ScoreAxis]
    private let members: [String]
    /// Scores x metrics.
    private let panels: [ScoreAlignment]

    init(_ panels: [ScoreAlignment], metrics: [String], members: [String]) {
        var known: Set<ScoreAxis> = []
        scores = panels.map(\.axis).filter { known.insert($0).inserted }
        var found: [ScoreAxis: [String: ScoreAlignment]] = [:]
        for panel in panels { found[panel.axis, default: [:]][panel.metric] = panel }
        self.panels = scores.flatMap { score in metrics.compactMap { found[score]?[$0] } }
        self.members = members
    }

    func write(
        _ group: borrowing LabelledGroup, _ metric: DatasetAxis, _ member: DatasetAxis, _ reference: DatasetAxis
    ) throws(HDF5Error) {
        let score = try group.axis("score", scores.map(\.score), "scores that stores record")
        try group.put("title", strings: scores.map(\.title), [score], "what is shown: the score, or 1 - score")
        try group.put(
            "reversed", counts: scores.map { $0.isReversed ? 1 : 0 }, [score],
            "1 where lower is better, so that the axis runs the other way")
        let firsts = stride(from: 0, to: panels.count, by: metric.count).map { panels[$0] }
        try group.put(
            "shown", firsts.flatMap { spread($0, $0.shown) }, [score, member], "score as shown; NaN where there is none"
        )
        // The mean over references does not depend on the score, but only models with the score have one.
        try group.put(
            "pooled_alignment", panels.flatMap { spread($0, $0.pooled.alignments) }, [score, metric, member],
            "mean alignment over the reference models")
        try group.put(
            "reference_count",
            panels.flatMap { panel in
                spread(panel, panel.referenceCounts.map(Double.init)).map { $0.isNaN ? 0 : Int($0) }
            }
            .map { Int32(clamping: $0) },
            [score, metric, member], "number of reference models in that mean")
        let grid = try group.axis("grid", (0..<gridCount).map { Int32(clamping: $0) }, "points of a bootstrap band")
        try LineWriter(prefix: "pooled_", lines: panels.map(\.pooled))
            .write(group, [score, metric], grid)
        let lines = panels.flatMap(\.lines)
        guard lines.count == panels.count * reference.count else {
            try group.group.setAttribute("line_reasons", to: ["too many reference models: there is the mean over them"])
            return
        }
        try LineWriter(prefix: "", lines: lines).write(group, [score, metric, reference], grid)
    }

    private var gridCount: Int {
        let bands = panels.lazy.flatMap { $0.lines.map(\.band) + [$0.pooled.band] }
        return bands.compactMap { $0.value?.x.count }.first ?? 0
    }

    /// The values of a panel's members among all members, NaN for the others.
    private func spread(_ panel: ScoreAlignment, _ values: [Double]) -> [Double] {
        let found = Dictionary(zip(panel.members, values)) { first, _ in first }
        return members.map { found[$0] ?? .nan }
    }
}

/// Writes the numbers of lines along the same dimensions.
private struct LineWriter {
    let prefix: String
    let lines: [AlignmentLine]

    func write(_ group: borrowing LabelledGroup, _ axes: [DatasetAxis], _ grid: DatasetAxis) throws(HDF5Error) {
        let fits = lines.map(\.line)
        try group.put("\(prefix)n", counts: fits.map(\.n), axes, "number of models with the score and an alignment")
        try group.put("\(prefix)slope", fits, axes, "least squares, alignment over the score as shown") { $0.slope }
        try group.put("\(prefix)intercept", fits, axes, "least squares") { $0.intercept }
        try group.put("\(prefix)r_squared", fits, axes, "share of variance explained") { $0.rSquared }
        try group.put("\(prefix)pearson", lines.map(\.pearson), axes, "product-moment correlation r") { $0 }
        try group.put("\(prefix)spearman", lines.map(\.spearman), axes, "rank correlation rho") { $0 }
        let intervals = lines.map(\.spearmanInterval)
        try group.put(
            "\(prefix)spearman_lower", intervals, axes,
            "95 % interval over models, lower end, the reference models held fixed (Bonett & Wright 2000)"
        ) { $0.lower }
        try group.put("\(prefix)spearman_upper", intervals, axes, "the same, upper end") { $0.upper }
        let bands = lines.map(\.band)
        let reasons = LabelledGroup.reasons(bands)
        if !reasons.isEmpty { try group.group.setAttribute("\(prefix)band_reasons", to: reasons) }
        guard bands.contains(where: { $0.value != nil }) else { return }
        let none = [Double](repeating: .nan, count: grid.count)
        func numbers(_ values: (BootstrapBand) -> [Double]) -> [Double] {
            bands.flatMap { $0.value.map(values) ?? none }
        }
        let along = axes + [grid]
        try group.put("\(prefix)band_x", numbers(\.x), along, "score as shown at the points of the band")
        try group.put(
            "\(prefix)band_lower", numbers(\.lower), along, "simultaneous 95 % band of the line over models, lower end")
        try group.put(
            "\(prefix)band_upper", numbers(\.upper), along, "simultaneous 95 % band of the line over models, upper end")
        try group.put(
            "\(prefix)band_lines", counts: bands.map { $0.value?.lineCount ?? 0 }, axes,
            "number of resamples that have a line")
    }
}
