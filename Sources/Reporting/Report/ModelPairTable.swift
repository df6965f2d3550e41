internal import Figures
internal import SweepAnalysis

/// Every number of the model heatmaps, a row for each pair of models.
enum ModelPairTable {
    /// A column: what is said of pairs, as X x Y scores or N x N ones of a symmetric sweep.
    struct Column {
        let title: String
        let values: [Double]
    }

    /// Pairs of a symmetric sweep once; every x with every y of a cross sweep.
    static func table(_ columns: [Column], _ context: ReportContext) -> DataTable {
        var table = DataTable(columns: ["x", "y", "same_network"] + columns.map(\.title))
        context.forEachModelPair { x, y, cell in
            table.append(
                [.text(x.name), .text(y.name), .count(x.sharesNetwork(with: y) ? 1 : 0)]
                    + columns.map { .number($0.values[cell]) })
        }
        return table
    }
}
