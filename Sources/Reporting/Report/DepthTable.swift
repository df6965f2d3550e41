internal import Figures
internal import SweepAnalysis

/// How deep in each model its best layers are.
enum DepthTable {
    static func blocks(_ metric: Int, _ context: ReportContext, _ files: inout ReportFiles) -> [HTMLPage.Block] {
        let profile = context.analysis.depthProfiles[metric]
        var table = DataTable(
            columns: [
                "model", "partners", "mean depth", "lower quartile", "median", "upper quartile", "all layers best",
            ])
        for model in profile.x + profile.y {
            guard let depths = model.depths.value else { continue }
            table.append([
                .text(model.name), .count(model.depths.n), .number(depths.mean), .number(depths.quartiles[0]),
                .number(depths.quartiles[1]), .number(depths.quartiles[2]), .count(model.concatenatedCount),
            ])
        }
        guard !table.rows.isEmpty else { return [] }
        let path = files.add(table, ["depths"])
        let described = ReportText.described(context.sweep.metrics[metric], context.sweep)
        var blocks: [HTMLPage.Block] = [
            .heading("How deep the best layers are"),
            .paragraph(
                "By \(described): the relative depth (0 the first layer, 1 the last) of the layer that attains the maximum with "
                    + "each partner. Models of a single layer have no depth."),
        ]
        if !context.hasManyModels { blocks.append(.table(table, caption: "Relative depth of best layers")) }
        blocks.append(.links([("Depths (CSV)", path)]))
        return blocks
    }
}
