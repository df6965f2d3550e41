internal import Figures
internal import SweepAnalysis

/// Mean scores of pairs by three ways to make one score of many layers.
enum MeanScores {
    static func table(_ context: ReportContext) -> DataTable {
        var table = DataTable(
            columns: ["metric", "pairs", "number of pairs", "maximum over layers", "last x last layer", "matched depth"])
        let compared = context.compared
        let pairs = compared.pairs.filter { !compared.sharesNetwork($0) }
        let isWithin = { (pair: ComparedModels.Pair) in
            compared.models[pair.first].modality == compared.models[pair.second].modality
        }
        for position in context.metricOrder {
            for (kind, chosen) in [
                ("within a modality", pairs.filter(isWithin)), ("across modalities", pairs.filter { !isWithin($0) }),
            ] where !chosen.isEmpty {
                let matrices = context.matrices[position]
                let means = [matrices.maximum, matrices.lastLayers, matrices.matchedDepth].map { matrix in
                    PairMean.of(chosen, matrix: matrix, count: compared.count)
                }
                table.append(
                    [.text(ReportText.name(context.sweep.metrics[position])), .text(kind), .count(means[0].n)]
                        + means.map { .init($0.value?.mean) })
            }
        }
        return table
    }
}
