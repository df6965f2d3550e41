internal import Projection
internal import SweepModel

/// Maps of models as tables for a terminal, with what each kept of the distances.
package struct MapTables {
    private let maps: SweepMaps

    package init(_ maps: SweepMaps) { self.maps = maps }

    /// One table for each metric, at most `width` columns wide.
    package func text(width: Int) -> String {
        maps.maps.map { table($0, width: width) }.joined(separator: "\n")
    }

    private func table(_ entry: MetricMap, width: Int) -> String {
        guard let map = entry.map else { return "\(entry.metric): no map: \(entry.reason ?? "")\n" }
        let settings = map.settings
        let how =
            map.neighbours.map {
                "\($0.counted("neighbour")), minimal distance \(settings.minDist), seed \(settings.seed)"
            } ?? "no UMAP of so few"
        let title =
            "\(entry.metric): distance \(entry.distance.rule); n = \(entry.models.count) of \(maps.models.count.counted("model")); "
            + "\(how)\n"
        var note = entry.note.map { "  \($0)\n" } ?? ""
        if map.pointCount < entry.models.count {
            note += "  \(map.pointCount.counted("distinct point")): models whose score is 1 are one point\n"
        }
        let rows = zip(entry.models, zip(map.umap.points, map.mds.points)).map { model, points in
            [TerminalText.safe(maps.models[model])]
                + [points.0.x, points.0.y, points.1.x, points.1.y].map(ScoreTables.number)
        }
        let first = map.umap.method.rawValue
        let table = TextTable(header: ["model", "\(first) x", "y", "MDS x", "y"], rows: rows).text(width: width)
        let quality = TextTable(
            header: [
                "kept of the distances", "trustworthiness", "continuity", "recall", "stress-1", "rank correlation",
            ],
            rows: [map.umap, map.mds].map(quality))
        return title + note + table + quality.text(width: width)
    }

    private func quality(_ panel: ModelMap.Panel) -> [String] {
        let quality = panel.quality
        let neighbours = quality.neighbours.map { " (\($0.neighbours) neighbours)" } ?? ""
        let numbers = [
            quality.neighbours?.trustworthiness, quality.neighbours?.continuity, quality.neighbours?.recall,
            quality.stress1, quality.rankCorrelation,
        ]
        return [panel.method.rawValue + neighbours] + numbers.map { ScoreTables.number($0 ?? .nan) }
    }
}
