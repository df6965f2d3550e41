internal import Figures
internal import SweepAnalysis

/// Mean scores of pairs by three ways to make one score of many layers.
enum MeanScores {
    static func table(_ context: ReportContext) -> DataTable {
        var table = DataTable(
            columns: [
                "metric", "pairs", "number of pairs", "maximum over layers", "last x last layer", "matched depth",
            ])
        let compared = context.compared
        let pairs = compared.pairs.filter { !compared.sharesNetwork($0) }
        let kinds = ModalityPairs.kinds(compared, of: pairs).map { ($0.name, $0.pairs) }
        for position in context.metricOrder {
            for (kind, chosen) in kinds {
                let matrices = context.matrices[position]
                let means = [matrices.maximum, matrices.lastLayers, matrices.matchedDepth].map { matrix in
                    PairMean.of(chosen, matrix: matrix, compared)
                }
                table.append(
                    [.text(context.sweep.metrics[position].id), .text(kind), .count(means[0].n)]
                        + means.map { .init($0.value?.mean) })
            }
        }
        return table
    }
}
