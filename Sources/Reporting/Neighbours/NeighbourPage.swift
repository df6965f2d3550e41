internal import Figures

/// A page of samples with their neighbours in two layers side by side.
package struct NeighbourPage: Sendable {
    /// The page comes last.
    package let files: [ReportFile]

    package init(_ examples: NeighbourExamples, pictures: SamplePictures? = nil) {
        var files = ReportFiles()
        let ids = examples.ids
        let shown = examples.examples.flatMap { [$0.sample] + $0.first + $0.second }.map { ids[$0] }
        let found = pictures?.pictures(of: shown) ?? [:]
        let path = files.add(Self.table(examples), ["neighbours"])
        var blocks: [HTMLPage.Block] = [.paragraph(examples.summary)]
        if pictures != nil, found.count < Set(shown).count {
            blocks.append(
                .note(
                    "\(found.count) of \(ReportText.count(Set(shown).count, "sample")) have a picture here: others have none of their name in the folder, "
                        + "or a large one."))
        }
        blocks.append(.figures([Self.figure(examples, &files)]))
        var sections = [HTMLPage.Section("What is shared", blocks)]
        if let groups = examples.groupSection { sections.append(groups.section(&files)) }
        for example in examples.examples {
            sections.append(Self.section(example, examples, found))
        }
        sections[sections.count - 1].blocks.append(.links([("CSV of these neighbours", path)]))
        files.add(
            HTMLPage(
                title: examples.title, subtitle: "\(examples.first.label); \(examples.second.label); k = \(examples.k)",
                sections: sections,
                footer: "Neighbours are those of the sweep: most similar first, by cosine after its preparation.",
                generator: PageMaker.neighbours.rawValue, files: files.files.map(\.path)))
        self.files = files.files
    }

    private static func section(
        _ example: NeighbourExamples.Example, _ examples: NeighbourExamples, _ pictures: [String: HTMLPage.Picture]
    ) -> HTMLPage.Section {
        let ids = examples.ids
        func strip(_ samples: [Int]) -> HTMLPage.Block {
            .pictures(
                samples.enumerated().map { rank, sample in
                    HTMLPage.Captioned(
                        text: ids[sample], number: rank + 1, picture: pictures[ids[sample]],
                        isMarked: example.shared.contains(sample))
                })
        }
        return HTMLPage.Section(
            ids[example.sample],
            [
                .paragraph("\(example.shared.count) of \(examples.k) neighbours are in both; they are marked."),
                .pictures([
                    HTMLPage.Captioned(
                        text: ids[example.sample], number: nil, picture: pictures[ids[example.sample]], isMarked: false)
                ]),
                .heading(examples.first.label), strip(example.first), .heading(examples.second.label),
                strip(example.second),
            ])
    }

    /// How many samples share how many neighbours.
    private static func figure(_ examples: NeighbourExamples, _ files: inout ReportFiles) -> PageFigure {
        let bars = (0...examples.k).map { shared in
            BarChart.Bar("\(shared)", value: Double(examples.sharedCounts.count { $0 == shared }))
        }
        let chart = BarChart(
            ChartText("Neighbours in common", subtitle: "k = \(examples.k), \(examples.ids.count) samples"),
            x: Axis("neighbours in both layers"), y: Axis("samples"), bars: bars)
        return files.add(
            chart.figure(), ["shared"],
            caption: "How many of the \(examples.k) neighbours of a sample are in both layers.")
    }

    private static func table(_ examples: NeighbourExamples) -> DataTable {
        var table = DataTable(columns: [
            "sample", "rank", examples.first.label, examples.second.label, "first in both", "second in both",
        ])
        for example in examples.examples {
            for rank in 0..<examples.k {
                let pair = (example.first[rank], example.second[rank])
                table.append([
                    .text(examples.ids[example.sample]), .count(rank + 1), .text(examples.ids[pair.0]),
                    .text(examples.ids[pair.1]),
                    .count(example.shared.contains(pair.0) ? 1 : 0), .count(example.shared.contains(pair.1) ? 1 : 0),
                ])
            }
        }
        return table
    }
}
