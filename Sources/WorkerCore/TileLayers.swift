internal import AlignmentMetrics
internal import SweepModel
internal import SweepProtocol

extension SweepPlan {
    /// The layers of a row of tiles, whose artifacts are `names`; likewise those of one of its columns.
    func tileLayers(row: Int, _ names: [ArtifactNames]) -> [TileLayer] {
        zip(grid.rowRange(row), names).map { TileLayer(position: xLayers[$0], names: $1.names) }
    }

    func tileLayers(column: Int, ofRow row: Int, _ names: [ArtifactNames]) -> [TileLayer] {
        zip(grid.columnRange(column, ofRow: row), names).map { TileLayer(position: yLayers[$0], names: $1.names) }
    }
}
