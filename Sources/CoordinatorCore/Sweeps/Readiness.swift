internal import SweepModel

/// Counts, for each block row and column of the grid, the layers whose artifacts are not there yet.
struct BlockReadiness {
    private var missingInRow: [Int]
    private var missingInColumn: [Int]
    /// For each layer of the plan its row and its column in the score matrix, -1 where it is not on that side.
    private var rowOfLayer: [Int]
    private var columnOfLayer: [Int]

    init(plan: SweepPlan) {
        let grid = plan.grid
        missingInRow = (0..<grid.blockRows).map { grid.rows(ofBlock: $0).count }
        missingInColumn = (0..<grid.blockColumns).map { grid.columns(ofBlock: $0).count }
        rowOfLayer = Array(repeating: -1, count: plan.layers.count)
        columnOfLayer = rowOfLayer
        for (row, layer) in plan.xLayers.enumerated() { rowOfLayer[layer] = row }
        for (column, layer) in plan.yLayers.enumerated() { columnOfLayer[layer] = column }
    }

    /// Takes note that `layer` is finished and returns the blocks that it completed.
    mutating func finish(layer: Int) -> (row: Int?, column: Int?) {
        (Self.count(rowOfLayer[layer], in: &missingInRow), Self.count(columnOfLayer[layer], in: &missingInColumn))
    }

    private static func count(_ position: Int, in missing: inout [Int]) -> Int? {
        guard position >= 0 else { return nil }
        let block = position / TileGrid.edge
        missing[block] -= 1
        return missing[block] == 0 ? block : nil
    }
}
