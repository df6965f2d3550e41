package import SweepModel

/// What a sweep has to do and to keep, counted from its plan alone.
package struct SweepWork: Hashable, Sendable {
    /// All artifacts of one kind.
    package struct Artifacts: Hashable, Sendable {
        package let kind: ArtifactKind
        /// Payload bytes.
        package let bytes: Int
    }

    package let surveys: Int
    package let layers: Int
    package let tiles: Int
    /// Pairs of layers whose scores are computed; in a symmetric sweep unordered ones, each layer with itself included.
    package let layerPairs: Int
    /// Bytes of all feature values as they are stored.
    package let valueBytes: Int
    package let artifacts: [Artifacts]
    /// Bytes of all scores that tiles send.
    package let scoreBytes: Int
    /// Operations of the symmetric products of layers with themselves: n² d, half of what a full product takes.
    package let gramFlops: Double
    /// The same in float64, for what is made from differences of a product's entries.
    package let pairProductFlops: Double
    /// Operations of the packed products of tiles, padding included, and of products of factors.
    package let packedFlops: Double

    package init(_ plan: SweepPlan) {
        let n = Double(plan.sampleCount)
        let grid = plan.grid
        let kinds = plan.artifactKinds
        surveys = plan.models.count
        layers = plan.layers.count
        tiles = grid.scoreTileCount
        let (x, y) = (plan.xLayers.count, plan.yLayers.count)
        layerPairs = plan.isSymmetric ? x * (x + 1) / 2 : x * y
        valueBytes = plan.models.reduce(0) { $0 + $1.bytes }
        artifacts = kinds.map { Artifacts(kind: $0, bytes: ArtifactSize.stored($0, of: plan)) }
        scoreBytes = TileShapes(grid).shapes.reduce(0) {
            $0 + plan.tileValueCount(row: $1.row, column: $1.column) * 8 * $1.count
        }
        // Of queries nothing is symmetric.
        let rows = plan.queries.map { 2 * Double($0.count) } ?? n
        let products = plan.layers.reduce(0.0) { $0 + rows * n * Double($1.width) }
        gramFlops = products
        pairProductFlops = kinds.contains { $0.definition.source == .pairProducts } ? products : 0
        let edge = Double(TileGrid.edge)
        let isFactored = plan.linearKernelForm == .factor
        let packed = kinds.count { $0.isPairMatrix && !($0.definition.source == .linearKernel && isFactored) }
        let width = Double(plan.layers.reduce(0) { $0 + $1.width }) / Double(max(plan.layers.count, 1))
        let ofFactors =
            isFactored && kinds.contains { $0.definition.source == .linearKernel }
            ? 2 * n * width * width * Double(layerPairs) : 0
        packedFlops = Double(packed * tiles) * edge * edge * n * (n - 1) + ofFactors
    }
}

/// The tiles of scores of a grid by shape: only those at its edges differ, so that sums over millions of tiles take four terms.
struct TileShapes {
    struct Shape {
        /// One tile of the shape, and its layers.
        let row: Int
        let column: Int
        let rows: Int
        let columns: Int
        let count: Int
    }

    let shapes: [Shape]

    init(_ grid: TileGrid) {
        let (lastRow, lastColumn) = (grid.blockRows - 1, grid.blockColumns - 1)
        guard lastRow >= 0, lastColumn >= 0 else {
            shapes = []
            return
        }
        // (a tile, how many are like it): inner ones, the last column's, the last row's, the corner.
        var found: [(row: Int, column: Int, count: Int)] = [(lastRow, lastColumn, 1)]
        if grid.isSymmetric {
            found.append((0, 0, lastRow * (lastRow + 1) / 2))
            found.append((0, lastColumn, lastRow))
        } else {
            found.append((0, 0, lastRow * lastColumn))
            found.append((0, lastColumn, lastRow))
            found.append((lastRow, 0, lastColumn))
        }
        shapes = found.filter { $0.count > 0 }.map {
            Shape(
                row: $0.row, column: $0.column, rows: grid.rowRange($0.row).count,
                columns: grid.columnRange($0.column, ofRow: $0.row).count, count: $0.count)
        }
    }
}
