internal import AlignmentMetrics
internal import PermutationStatistics
internal import SweepModel

/// What a tile says of galleries: the expected scores of its model pairs' best layers in random subsets of the samples.
struct TileGallery {
    let layout: TileLayout
    let plan: SweepPlan
    let gallery: GalleryPlan
    let ignoresTies: Bool
    /// Called after every size of a gallery.
    let onStep: () -> Void

    /// The values of all metrics that have curves, in the order of `TileLayout`.
    /// - Parameter scores: for each metric of the plan those of all samples, rows x columns.
    func values(_ scores: [[Double]], of tile: ArtifactTile) throws -> [Double] {
        let neighbours = NeighbourTile(tile)
        let galleries = plan.queries?.galleries.indices ?? 0..<1
        func ranked(_ layers: [TileLayer]) throws -> [[RankedLists?]] {
            let lists = try neighbours.map(layers) { $0?.lists }
            return galleries.map { gallery in lists.map { $0?.ranked(gallery: gallery) } }
        }
        let (rows, columns) = (try ranked(tile.rows), try ranked(tile.columns))
        let width = layout.columns.count
        var values: [Double] = []
        for metric in gallery.metrics {
            guard let k = plan.metrics[metric].k else { continue }
            let best = try BestLayers.of(layout, tile, ks: [k], ignoresTies: ignoresTies)[0].positions(scores[metric])
            // One table at a time: they are large.
            let found = subsets(k).map { size, k -> [Double] in
                let place = plan.queries?.gallery(serving: size) ?? 0
                let samples = plan.queries?.galleries[place] ?? plan.sampleCount
                let table = GalleryTable(sampleCount: samples, subsetSize: size, k: k, reach: gallery.reach)
                defer { onStep() }
                return best.map { position in
                    guard let position, let a = rows[place][position / width],
                        let b = columns[place][position % width]
                    else { return .nan }
                    return GalleryCurve.scores(a, b, tables: [table])[0]
                }
            }
            values += best.map { $0.map { Double($0 / width) } ?? -1 }
            values += best.map { $0.map { Double($0 % width) } ?? -1 }
            values += best.indices.flatMap { pair in found.map { $0[pair] } }
        }
        return values
    }

    /// Every size with k neighbours, and then with as large a share.
    private func subsets(_ k: Int) -> [(size: Int, k: Int)] {
        gallery.sizes.map { ($0, k) }
            + gallery.sizes.map { ($0, GalleryPlan.proportional(k: k, size: $0, of: plan.sampleCount)) }
    }

    /// The bytes that galleries of so many layers take: their lists once more, and a table.
    static func bytes(_ plan: SweepPlan, rows: Int, columns: Int) -> Int {
        guard let gallery = plan.gallery else { return 0 }
        let lists = (rows + columns) * plan.listCount * (plan.longestNeighbourList ?? 0) * MemoryLayout<Int32>.size
        return lists + gallery.reach * gallery.reach * gallery.reach / 6 * MemoryLayout<Double>.size
    }
}
