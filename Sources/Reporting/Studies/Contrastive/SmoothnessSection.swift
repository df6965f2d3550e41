internal import ContrastiveStudy
internal import Figures

/// Part 4: whether the PMI is a kernel at all.
enum SmoothnessSection {
    static func section(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        let table = table(study)
        _ = files.add(table, ["smoothness"])
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Inner products are positive semidefinite; a PMI need not be. Proposition F.1 says when an offset makes it so: let the PMI of "
                    + "different events lie between log ρ and log ρ + δ, not above 0; if every event's PMI with itself is at least "
                    + "log ρ + N δ, the matrix PMI + C is diagonally dominant at C = −min over a of the mean over b of PMI(a, b), and so "
                    + "has no negative eigenvalue. N is the number of events: the condition asks for a world that is nearly flat but for "
                    + "its diagonal."
            ),
            .list(sentences(study)),
            .table(table, caption: "The condition of proposition F.1, and the eigenvalues themselves"),
        ]
        var figures: [PageFigure] = [spectra(study, &files)]
        if let recurring = study.findings(.recurring) { figures.append(KernelSection.scatter(recurring, &files)) }
        blocks.append(.figures(figures))
        return HTMLPage.Section("When the PMI is a kernel", blocks)
    }

    private static func sentences(_ study: ContrastiveStudy) -> [String] {
        study.worlds.map { found in
            let (condition, kind) = (found.condition, found.world.kind)
            let name = ContrastiveText.title(kind)
            guard let least = condition.leastEigenvalue, let any = condition.leastAtAnyOffset else {
                return "\(name): some events are never seen together, ρ is 0, and the proposition says nothing."
            }
            let verdict =
                condition.holds
                ? "the condition holds with \(ContrastiveText.number(condition.slack)) to spare"
                : "the condition fails by \(ContrastiveText.number(-condition.slack))"
                    + (condition.greatestPMI > 0 ? ", and some PMI of different events is above 0" : "")
            let shown = (least: ContrastiveSummary.rounded(least), any: ContrastiveSummary.rounded(any))
            let kernel =
                shown.any >= 0
                ? "an offset does make it a kernel"
                : "no offset makes it a kernel: the least eigenvalue stays at \(ContrastiveText.number(shown.any)) or below"
            return
                "\(name): \(verdict); with the proposition's offset of \(ContrastiveText.number(condition.offset)) the least eigenvalue is "
                + "\(ContrastiveText.number(shown.least)), and \(kernel)."
        }
    }

    private static func table(_ study: ContrastiveStudy) -> DataTable {
        var table = DataTable(
            columns: [
                "world", "N", "log ρ", "δ", "log ρ + δ", "slack: least PMI(a, a) − log ρ − N δ", "holds", "C",
                "least eigenvalue at C",
                "at any offset", "dimensions needed",
            ])
        for found in study.worlds {
            let condition = found.condition
            let isFinite = condition.leastPMI.isFinite
            table.append([
                .text(found.world.kind.rawValue), .count(found.world.count),
                .init(isFinite ? condition.leastPMI : nil), .init(isFinite ? condition.spread : nil),
                .init(isFinite ? condition.greatestPMI : nil), .init(isFinite ? condition.slack : nil),
                .text(condition.holds ? "yes" : "no"), .init(condition.offset),
                .init(condition.leastEigenvalue.map(ContrastiveSummary.rounded)),
                .init(condition.leastAtAnyOffset.map(ContrastiveSummary.rounded)),
                condition.neededDimension.map { .count($0) } ?? .missing,
            ])
        }
        return table
    }

    private static func spectra(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> PageFigure {
        let curves = study.worlds.filter { !$0.condition.eigenvalues.isEmpty }.map { found in
            let values = found.condition.eigenvalues
            return LineChart.Curve(
                found.world.kind.rawValue, x: values.indices.map { Double($0 + 1) }, y: values)
        }
        var chart = LineChart(
            ChartText("Eigenvalues of PMI + C", subtitle: "C as in proposition F.1"), x: Axis("rank"),
            y: Axis("eigenvalue"), curves: curves)
        chart.hasMarkers = false
        chart.naming = .legend
        let kernels = study.worlds.filter {
            $0.condition.leastAtAnyOffset.map { ContrastiveSummary.rounded($0) >= 0 } ?? false
        }
        return files.add(
            chart.figure(), ["eigenvalues"],
            caption:
                "Few large eigenvalues mean that few dimensions do; negative ones are what no inner products can show. With a large enough offset "
                + "there are none in \(kernels.isEmpty ? "no world" : ReportText.list(kernels.map(\.world.kind.rawValue)))."
        )
    }
}
