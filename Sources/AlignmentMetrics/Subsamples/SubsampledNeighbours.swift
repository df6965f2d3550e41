internal import PermutationStatistics
internal import SweepModel

extension NeighbourArtifact {
    /// Overlaps are counted for all metrics of one k together.
    static func subsampled(_ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile) throws -> SubsampledLayers?
    {
        let neighbours = NeighbourTile(tile)
        func lists(_ layers: [TileLayer]) throws -> (places: [Int], values: [RankedLists]) {
            let found = try neighbours.map(layers) { $0?.lists.ranked }
            return (found.indices.filter { found[$0] != nil }, found.compactMap(\.self))
        }
        let rows = try lists(tile.rows)
        let columns = tile.isOnDiagonal ? rows : try lists(tile.columns)
        let (height, width) = (tile.rows.count, tile.columns.count)
        /// Values of the layers that have lists, where they stand in the tile.
        func placed(_ values: [Double]) -> [Double] {
            var result = [Double](repeating: .nan, count: height * width)
            var next = values.startIndex
            for row in rows.places {
                for column in columns.places {
                    result[row * width + column] = values[next]
                    next += 1
                }
            }
            return result
        }
        return SubsampledLayers { subsample in
            let positions = subsample.positions
            var overlaps: [Int: SubsampledOverlaps] = [:]
            for k in Set(metrics.compactMap(\.k)) {
                func within(_ lists: [RankedLists]) -> [SubsampledLists] {
                    lists.map { SubsampledLists($0, in: subsample, positions: positions, k: k) }
                }
                let left = within(rows.values)
                overlaps[k] = SubsampledOverlaps(
                    rows: left, columns: tile.isOnDiagonal ? left : within(columns.values))
            }
            return metrics.map { metric in
                guard let overlaps = metric.k.flatMap({ overlaps[$0] }),
                    let scoring = NeighbourScores.subsampling(metric.kind)
                else { return .init(scores: placed([]), leftOut: nil) }
                let drawn = Double(subsample.samples.count)
                return .init(
                    scores: placed(scoring(overlaps)), leftOut: placed(overlaps.leftOut.map { Double($0) / drawn }))
            }
        }
    }
}
