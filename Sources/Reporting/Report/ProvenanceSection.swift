internal import Figures
internal import SweepAnalysis

/// Part 9: how the results came to be. The only part that depends on time and place.
enum ProvenanceSection {
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        let provenance = context.provenance
        var table = DataTable(columns: ["what", "value"])
        func add(_ what: String, _ value: String) {
            if !value.isEmpty { table.append([.text(what), .text(value)]) }
        }
        add("status", provenance.isComplete ? "complete" : "partial")
        add("results written", provenance.created)
        add("software", provenance.software)
        add("hosts", ReportText.some(provenance.hosts))
        add("BLAS cores", ReportText.some(provenance.blasCores))
        for count in provenance.counts { add(count.name, "\(count.count)") }
        for stage in provenance.stages { add("seconds, \(stage.name)", NumberText.brief(stage.seconds)) }
        if let flops = provenance.flops { add("floating point operations", NumberText.brief(flops)) }
        add("work given up", "\(provenance.failures.count)")
        var blocks: [HTMLPage.Block] = [.table(table, caption: "How the results came to be")]
        blocks += list("Warnings", provenance.warnings)
        blocks += list("Work given up", provenance.failures)
        if !provenance.stores.isEmpty {
            let stores = DataTable(
                columns: ["store", "digest"], rows: provenance.stores.map { [.text($0.path), .text($0.digest)] })
            _ = files.add(stores, ["stores"])
            blocks.append(
                .details(
                    summary: "The \(ReportText.count(provenance.stores.count, "feature store"))",
                    [.table(stores, caption: "Feature stores and their digests")]))
        }
        if !provenance.specification.isEmpty {
            let lines = provenance.specification.split(separator: "\n").map(String.init)
            blocks.append(.details(summary: "The specification of the sweep", [.list(lines)]))
        }
        return HTMLPage.Section("Provenance", blocks)
    }

    private static func list(_ title: String, _ texts: [String]) -> [HTMLPage.Block] {
        guard !texts.isEmpty else { return [] }
        if texts.count <= ReportLimits.listed { return [.heading(title), .list(texts)] }
        return [
            .heading(title), .list(Array(texts.prefix(ReportLimits.listed))),
            .details(summary: "All \(texts.count)", [.list(texts)]),
        ]
    }
}
