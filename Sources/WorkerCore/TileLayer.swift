internal import SweepModel
internal import SweepProtocol

/// A layer of a tile: its position in the plan, and its artifacts.
struct TileLayer {
    let position: Int
    let names: ArtifactNames
}

extension SweepPlan {
    /// The layers of a row of tiles, whose artifacts are `names`; likewise those of a column.
    func tileLayers(row: Int, _ names: [ArtifactNames]) -> [TileLayer] {
        zip(grid.rowRange(row), names).map { TileLayer(position: xLayers[$0], names: $1) }
    }

    func tileLayers(column: Int, _ names: [ArtifactNames]) -> [TileLayer] {
        zip(grid.columnRange(column), names).map { TileLayer(position: yLayers[$0], names: $1) }
    }
}
