package import SweepModel

/// What the permutations of a sweep take, counted from its plan alone.
package struct PermutationWork: Hashable, Sendable {
    /// Pairs of layers that are permuted: more than are scored, since squares on the diagonal of a symmetric sweep are whole.
    package let layerPairs: Int
    /// Permutations, the identity among them.
    package let permutations: Int
    /// Seconds of an ordinary core.
    package let seconds: Double
    /// Bytes of what is kept of all of them until the sweep is over.
    package let bytes: Int

    package init(_ plan: SweepPlan) {
        let grid = plan.grid
        guard let drawn = plan.permutations, let nullTiles = grid.nullTiles else {
            (layerPairs, permutations, seconds, bytes) = (0, 0, 0, 0)
            return
        }
        permutations = nullTiles.permutations
        var (pairs, seconds, models) = (0, 0.0, 0)
        // The first run of every square.
        for row in stride(from: grid.blockRows, to: grid.tileRows, by: nullTiles.runCount) {
            for column in grid.tileColumns(ofRow: row) {
                let (rows, columns) = (grid.rowRange(row), grid.columnRange(column, ofRow: row))
                pairs += rows.count * columns.count
                seconds += drawn.seconds(of: plan, rows: rows.count, columns: columns.count)
                models += Self.models(plan, plan.xLayers[rows]) * Self.models(plan, plan.yLayers[columns])
            }
        }
        layerPairs = pairs
        self.seconds = seconds * Double(permutations)
        bytes = models * drawn.directions(of: plan) * permutations * NullTileLayout.Plane.allCases.count * 8
    }

    private static func models(_ plan: SweepPlan, _ layers: ArraySlice<Int>) -> Int {
        Set(layers.map { plan.layers[$0].model }).count
    }
}
