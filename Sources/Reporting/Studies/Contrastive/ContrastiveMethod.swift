internal import ContrastiveStudy
internal import Figures

/// Part 6: how the study was made.
enum ContrastiveMethod {
    static func section(_ study: ContrastiveStudy) -> HTMLPage.Section {
        let settings = study.settings
        var table = DataTable(columns: ["what", "value"])
        for (what, value) in [
            ("events", "\(settings.events), and \(study.findings(.torus)?.world.count ?? 0) of the torus"),
            ("numbers in a vector", settings.dimension.map { "\($0)" } ?? "as many as events"),
            ("steps", "\(settings.steps)"), ("rate of Adam", NumberText.brief(settings.rate)),
            ("neighbours, k", "\(settings.neighbours)"), ("seed", "\(settings.seed)"),
        ] {
            table.append([.text(what), .text(value)])
        }
        return HTMLPage.Section(
            "How it was made",
            [
                .list(
                    study.worlds.map {
                        "\(ContrastiveText.title($0.world.kind)): \($0.world.kind.definition)."
                    }),
                .paragraph(
                    "Tables begin with normal numbers of standard deviation 0.3 and are trained by plain Adam, without a schedule, on the "
                        + "expectation of the loss over all pairs: nothing is sampled, and vectors are not normalised. Both vectors of a pair come "
                        + "from one table. The lossy modality draws pairs of events and shows both alike."),
                .paragraph(
                    "The paper states the theory of one world, of events in a sequence with a window, and does not train on it. With a hard window "
                        + "most pairs have no finite PMI, so the worlds here have co-occurrence kernels of full support, and the window is among the "
                        + "counterexamples."),
                .table(table, caption: "Settings; the same give the same bytes"),
            ])
    }
}
