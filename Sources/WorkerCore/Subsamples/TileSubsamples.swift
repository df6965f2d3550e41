internal import AlignmentMetrics
internal import PermutationStatistics
internal import SweepModel

/// What a tile says of its scores in subsamples: their means and deviations, and each model pair's best scores in every subsample.
struct TileSubsamples {
    let layout: TileLayout
    let plan: SweepPlan
    let drawn: SubsamplePlan
    let design: SubsampleDesign
    let ignoresTies: Bool
    /// Called after every subsample.
    let onStep: () -> Void

    /// The values of all metrics of the plan of subsamples, in the order of `TileLayout`.
    /// - Parameter scores: for each metric of the plan those of all samples, rows x columns.
    func values(_ scores: [[Double]], of tile: ArtifactTile) throws -> [Double] {
        var values = [[Double]](repeating: [], count: plan.metrics.count)
        for kind in plan.artifactKinds {
            let own = drawn.metrics.filter { plan.metrics[$0].artifact == kind }
            let metrics = own.map { plan.metrics[$0] }
            guard !own.isEmpty,
                let layers = try ArtifactComputations.of(kind).subsampled(metrics, kind, of: tile)
            else { continue }
            var found = try own.map { SubsampledValues(scores[$0].count, best: try best($0, scores[$0], tile)) }
            for subsample in design.subsamples(drawn.design, count: drawn.count, seed: drawn.seed) {
                let scores = try layers.scores(subsample)
                for position in found.indices { found[position].add(scores[position]) }
                onStep()
            }
            for (position, metric) in own.enumerated() {
                values[metric] = found[position].values(of: scores[metric], columns: layout.columns.count)
            }
        }
        return values.flatMap(\.self)
    }

    private func best(_ metric: Int, _ scores: [Double], _ tile: ArtifactTile) throws -> [Int?] {
        guard let k = plan.metrics[metric].k else { return BestLayers(layout).positions(scores) }
        return try BestLayers.of(layout, tile, ks: [k], ignoresTies: ignoresTies)[0].positions(scores)
    }

    /// The bytes that subsamples of so many layers take: matrices whole and within a subsample, or lists twice; and what is kept of scores.
    static func bytes(_ drawn: SubsamplePlan, of plan: SweepPlan, rows: Int, columns: Int) -> Int {
        let (n, metrics) = (plan.sampleCount, drawn.metrics.map { plan.metrics[$0] })
        let layers = rows + columns
        let artifacts = metrics.map { metric in
            metric.artifact.isPairMatrix
                ? layers * n * n / 2 * (MemoryLayout<Double>.size + MemoryLayout<Float>.size / 4 * 3)
                : layers * n * (drawn.reach * NeighbourTile.bytesPerNeighbour + (metric.k ?? 0) * 4)
        }
        let pairs = min(rows, plan.xModels.count) * min(columns, plan.yModels.count)
        return (artifacts.max() ?? 0) + metrics.count * (rows * columns * 40 + pairs * drawn.count * 24)
    }
}

/// What is gathered of one metric from subsample to subsample.
private struct SubsampledValues {
    /// For each pair of models the position of its best score.
    private let best: [Int?]
    private var spread: ReplicateSpread
    private var leftOut: [Double]
    /// The best scores of each subsample: subsamples x pairs of models.
    private var replicates: [[Double]] = []

    init(_ cells: Int, best: [Int?]) {
        self.best = best
        spread = ReplicateSpread(cells: cells)
        leftOut = Array(repeating: 0, count: cells)
    }

    mutating func add(_ drawn: SubsampledLayers.Scores) {
        spread.add(drawn.scores)
        if let shares = drawn.leftOut { for cell in shares.indices { leftOut[cell] += shares[cell] } }
        replicates.append(best.map { $0.map { drawn.scores[$0] } ?? .nan })
    }

    /// As `TileLayout` has them.
    func values(of scores: [Double], columns: Int) -> [Double] {
        func known(_ values: [Double]) -> [Double] { zip(scores, values).map { $0.isNaN ? .nan : $1 } }
        let shares = leftOut.map { $0 / Double(replicates.count) }
        let rows = best.map { $0.map { Double($0 / columns) } ?? -1 }
        let places = best.map { $0.map { Double($0 % columns) } ?? -1 }
        let matrices = known(spread.means) + known(spread.deviations) + shares
        return matrices + rows + places + best.indices.flatMap { pair in replicates.map { $0[pair] } }
    }
}
