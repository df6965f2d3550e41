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
        let (compared, sweep) = (context.compared, context.sweep)
        func append(_ x: Int, _ y: Int, _ cell: Int) {
            let (first, second) = (compared.models[x], compared.models[y])
            let isOneNetwork = first.network != nil && first.network == second.network
            table.append(
                [.text(first.name), .text(second.name), .count(isOneNetwork ? 1 : 0)]
                    + columns.map { .number($0.values[cell]) })
        }
        if sweep.isSymmetric {
            for pair in compared.pairs { append(pair.first, pair.second, pair.first * compared.count + pair.second) }
        } else {
            for (i, x) in compared.xPositions.enumerated() {
                for (j, y) in compared.yPositions.enumerated() where x != y {
                    append(x, y, i * compared.yPositions.count + j)
                }
            }
        }
        return table
    }
}
