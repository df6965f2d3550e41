internal import Figures
internal import SweepAnalysis

/// What else is not the same in both sweeps: models, metrics, settings, stores.
enum SettingsSection {
    static func section(_ results: ComparedResults, _ files: inout ReportFiles) -> HTMLPage.Section {
        let comparison = results.comparison
        var table = DataTable(columns: ["what", results.first.name, results.second.name])
        func add(_ what: String, _ first: String, _ second: String) {
            if first != second { table.append([.text(what), .text(first), .text(second)]) }
        }
        func some(_ names: [String]) -> String { names.isEmpty ? "none" : ReportText.some(names) }
        add("models that the other has not", some(comparison.modelsOfOne.first), some(comparison.modelsOfOne.second))
        add("metrics that the other has not", some(comparison.metricsOfOne.first), some(comparison.metricsOfOne.second))
        add("samples", results.first.scores.samplesInWords, results.second.scores.samplesInWords)
        for (key, first, second) in settings(results) { add(key, first, second) }
        let (a, b) = (results.first.provenance, results.second.provenance)
        add("software", a.software, b.software)
        add("results written", a.created, b.created)
        add("work given up", "\(a.failures.count)", "\(b.failures.count)")
        let changed = changedStores(a, b)
        var blocks: [HTMLPage.Block] = [
            .table(table, caption: "What the sweeps do not have in common; what is the same is left out")
        ]
        if !changed.isEmpty {
            blocks.append(
                .paragraph(
                    "\(ReportText.count(changed.count, "feature store")) of the same path \(changed.count == 1 ? "has" : "have") other bytes: "
                        + "\(ReportText.some(changed))."))
        }
        return HTMLPage.Section("What else differs", blocks)
    }

    /// Lines of the canonical specifications by their keys; a list is one value.
    private static func settings(_ results: ComparedResults) -> [(key: String, first: String, second: String)] {
        func entries(_ text: String) -> [(key: String, value: String)] {
            var found: [(key: String, value: String)] = []
            for line in text.split(separator: "\n") {
                if line.hasPrefix(" ") || line.hasPrefix("-"), !found.isEmpty {
                    found[found.count - 1].value += (found[found.count - 1].value.isEmpty ? "" : " ") + line.trimmed
                } else {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    found.append((parts.first.map(String.init) ?? "", parts.count > 1 ? parts[1].trimmed : ""))
                }
            }
            return found
        }
        let first = entries(results.first.provenance.specification)
        let second = entries(results.second.provenance.specification)
        let keys = first.map(\.key) + second.map(\.key).filter { key in !first.contains { $0.key == key } }
        return keys.map { key in
            (
                key, first.first { $0.key == key }?.value ?? "not given",
                second.first { $0.key == key }?.value ?? "not given"
            )
        }
    }

    private static func changedStores(_ first: Provenance, _ second: Provenance) -> [String] {
        let known = Dictionary(first.stores.map { ($0.path, $0.digest) }) { earlier, _ in earlier }
        return second.stores.filter { store in known[store.path].map { $0 != store.digest } ?? false }.map(\.path)
    }
}

extension Substring {
    fileprivate var trimmed: String { String(trimming { $0 == " " }) }

    private func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        let start = drop(while: isBlank)
        return start.prefix(upTo: start.lastIndex { !isBlank($0) }.map(start.index(after:)) ?? start.startIndex)
    }
}
