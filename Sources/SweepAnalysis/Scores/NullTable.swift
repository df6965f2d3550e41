package import SweepModel

/// The scores of model pairs under every permutation of a sweep: filled tile by tile.
///
/// Tiles add to one another where a model's layers lie in several squares; they come in the order in which they are put in, which has to be
/// one order for sums of fractions to be the same bytes.
package struct NullTable: Sendable {
    package let plan: SweepPlan
    /// Permutations, the identity among them, and pairs of models.
    package let permutations: Int
    private let pairCount: Int
    /// For each calibrated metric and plane permutations x (x models x y models), row-major.
    private var values: [[[Double]]]
    private var isDone: Set<[Int]> = []

    /// Nil where the plan has no permutations.
    package init?(plan: SweepPlan) {
        guard let drawn = plan.permutations else { return nil }
        self.plan = plan
        permutations = drawn.count + 1
        pairCount = plan.xModels.count * plan.yModels.count
        let size = permutations * pairCount
        values = drawn.metrics.map { _ in
            NullTileLayout.Plane.allCases.map { [Double](repeating: $0.nothing, count: size) }
        }
    }

    /// Puts in tiles of permutations, each once; false, and none, where they do not fit the plan, or are of scores.
    package mutating func put(_ tiles: TileScores) -> Bool {
        guard let metrics = plan.permutations?.metrics, !plan.grid.isOfScores(tiles.row), tiles.fits(plan) else {
            return false
        }
        guard tiles.columns.allSatisfy({ !isDone.contains([tiles.row, $0]) }) else { return true }
        guard tiles.forEachNullTile(of: plan, { add($0, metrics) }) else { return false }
        for column in tiles.columns { isDone.insert([tiles.row, column]) }
        return true
    }

    private mutating func add(_ tile: NullTileValues, _ metrics: [Int]) {
        let (layout, width) = (tile.layout, plan.yModels.count)
        tile.forEachPlane { block, permutation, plane, found in
            guard let position = metrics.firstIndex(of: block.position) else { return }
            let isMirrored = plan.isSymmetric && plan.metrics[block.position].kind.isSymmetric
            let start = permutation * pairCount
            var next = found.startIndex
            for i in layout.rowModels {
                for j in layout.columnModels {
                    defer { next += 1 }
                    // In a symmetric sweep the second model of each pair is permuted.
                    if plan.isSymmetric, i >= j { continue }
                    let (cell, mirrored) = (start + i * width + j, start + j * width + i)
                    if !block.isReversed { add(found[next], plane, position, cell) }
                    if block.isReversed || isMirrored { add(found[next], plane, position, mirrored) }
                }
            }
        }
    }

    private mutating func add(_ value: Double, _ plane: NullTileLayout.Plane, _ metric: Int, _ cell: Int) {
        values[metric][plane.rawValue][cell] = plane.joined(values[metric][plane.rawValue][cell], value)
    }

    /// For each pair of models whether every tile that it has layers in is there: x models x y models.
    package var areWhole: [Bool] {
        var whole = [Bool](repeating: true, count: pairCount)
        let grid = plan.grid
        for row in grid.blockRows..<grid.tileRows {
            for column in grid.tileColumns(ofRow: row) where !isDone.contains([row, column]) {
                guard let layout = NullTileLayout(plan, row: row, column: column) else { continue }
                for i in layout.rowModels {
                    for j in layout.columnModels {
                        whole[i * plan.yModels.count + j] = false
                        if plan.isSymmetric { whole[j * plan.yModels.count + i] = false }
                    }
                }
            }
        }
        return whole
    }

    /// The values of one pair of models under every permutation, the observed one first.
    ///
    /// - Parameter metric: position in the plan's metrics.
    package func values(_ aggregate: Aggregate, metric: Int, pair: Int) -> [Double] {
        guard let position = plan.permutations?.metrics.firstIndex(of: metric) else { return [] }
        func plane(_ plane: NullTileLayout.Plane) -> [Double] {
            let all = values[position][plane.rawValue]
            return stride(from: pair, to: all.count, by: pairCount).map { all[$0] }
        }
        switch aggregate {
        case .maximum: return plane(.maximum)
        case .studentisedMaximum: return plane(.studentisedMaximum)
        case .lastLayers: return plane(.lastLayers)
        case .matchedDepth: return quotients(plane(.matchedDepthSum), plane(.matchedDepthCount))
        case .mean: return quotients(plane(.sum), plane(.count))
        }
    }

    private func quotients(_ sums: [Double], _ counts: [Double]) -> [Double] {
        zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
    }

    /// What the scores of two models' layers are taken together to.
    package enum Aggregate: String, CaseIterable, Sendable {
        case maximum
        case studentisedMaximum = "studentised_maximum"
        case lastLayers = "last_layers"
        case matchedDepth = "matched_depth"
        /// Of all layer pairs that take part in the maximum.
        case mean
    }
}
