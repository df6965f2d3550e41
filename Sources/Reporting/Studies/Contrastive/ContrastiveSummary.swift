internal import ContrastiveStudy
internal import Figures

/// Part 1: the question, what was found, and a table of the worlds.
enum ContrastiveSummary {
    static func section(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        let table = table(study)
        _ = files.add(table, ["worlds"])
        return HTMLPage.Section(
            "What was found",
            [
                .paragraph(
                    "A world is a set of events, some of which happen together more often than others. A modality shows each event as "
                        + "an observation of its own. A learner sees which observations come together, and gives each a vector so that inner "
                        + "products tell pairs that came together from pairs drawn apart. The paper says that the inner products become the "
                        + "pointwise mutual information of the events, PMI(a, b) = log P(a, b)/(P(a) P(b)), up to an offset: the same in "
                        + "every modality that loses nothing."
                ),
                .list(sentences(study)),
                .table(table, caption: "Six worlds at the end of training"),
            ])
    }

    static func sentences(_ study: ContrastiveStudy) -> [String] {
        let smooth = study.smooth
        let fits = smooth.flatMap { $0.learned.compactMap(\.fit.correlation) }
        let ends = smooth.flatMap { $0.learned.compactMap { $0.bijective.last } }
        let lossy = smooth.flatMap { $0.learned.compactMap { $0.lossy.last } }
        let across = smooth.map(\.acrossLosses.mutualNeighbours)
        var sentences = [
            "In the smooth worlds (\(ReportText.list(smooth.map(\.world.kind.rawValue)))) the kernel learned by either loss is the PMI up to an "
                + "offset: over all pairs of events they correlate at \(ContrastiveText.correlation(fits.min())) or more.",
            "Two modalities that show every event by itself come to the same kernel: mutual k-NN "
                + "\(ContrastiveText.range(ends.map(\.mutualNeighbours))) and CKA \(ContrastiveText.range(ends.map(\.cka))). So do two learners "
                + "with different losses: mutual k-NN \(ContrastiveText.range(across)).",
            "A modality that makes two events look the same, pair by pair, does not come there: mutual k-NN "
                + "\(ContrastiveText.range(lossy.map(\.mutualNeighbours))), CKA \(ContrastiveText.range(lossy.map(\.cka))).",
        ]
        if let holding = study.findings(.recurring) {
            let others = smooth.filter { !$0.condition.holds }.map(\.world.kind.rawValue)
            sentences.append(
                "Proposition F.1's condition \(holding.condition.holds ? "holds" : "does not hold") in the world of recurring events, where the "
                    + "least eigenvalue of the PMI with its offset is \(ContrastiveText.number(holding.condition.leastEigenvalue.map(rounded)))"
                    + (others.isEmpty
                        ? "."
                        : "; it does not hold in \(ReportText.list(others.map { "the \($0)" })), of which the PMI is learned all the same: it is sufficient and not necessary.")
            )
        }
        if let rough = study.findings(.rough) {
            sentences.append(
                "Where nothing is near anything (rough), correlations are "
                    + "\(ReportText.list(rough.learned.map { ContrastiveText.correlation($0.fit.correlation) })): no inner products can be that PMI."
            )
        }
        if let window = study.findings(.window) {
            sentences.append(
                "With a hard window \(ReportText.percent(window.unseenShare)) of all pairs have a PMI of minus infinity, and training has no end: "
                    + "their scores fall for as long as it lasts.")
        }
        return sentences
    }

    /// What is rounding is 0.
    static func rounded(_ eigenvalue: Double) -> Double { abs(eigenvalue) < 1e-9 ? 0 : eigenvalue }

    private static func table(_ study: ContrastiveStudy) -> DataTable {
        var table = DataTable(
            columns: [
                "world", "events", "pairs never seen", "correlation, binary NCE", "correlation, InfoNCE",
                "mutual k-NN, bijective",
                "CKA, bijective", "mutual k-NN, lossy", "CKA, lossy", "F.1 holds", "least eigenvalue, F.1's offset",
                "least eigenvalue, any offset",
            ])
        for found in study.worlds {
            // Of the two losses the one that is worse for what is claimed.
            let ends = found.learned.compactMap { $0.bijective.last }
            let lossy = found.learned.compactMap { $0.lossy.last }
            table.append(
                [.text(found.world.kind.rawValue), .count(found.world.count), .number(found.unseenShare)]
                    + found.learned.map { .init($0.fit.correlation) }
                    + [
                        .init(ends.map(\.mutualNeighbours).min()), .init(ends.map(\.cka).min()),
                        .init(lossy.map(\.mutualNeighbours).max()), .init(lossy.map(\.cka).max()),
                        .text(found.condition.holds ? "yes" : "no"),
                        .init(found.condition.leastEigenvalue.map(rounded)),
                        .init(found.condition.leastAtAnyOffset.map(rounded)),
                    ])
        }
        return table
    }
}
