internal import AlignmentMetrics
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Scores every layer of a block row against every layer of a block column; also the operations of the large products.
    ///
    /// The scores are raw little-endian float64, laid out as `TileLayout` says.
    func score(
        row: Int, column: Int, rows: [TileLayer], columns: [TileLayer]
    ) throws -> (scores: [UInt8], flops: Double) {
        let plan = context.plan
        let layout = TileLayout(plan, row: row, column: column)
        let tile = ArtifactTile(plan: plan, rows: rows, columns: columns, blocks: artifacts)
        let (matrices, flops) = try Self.matrices(tile)
        var values: [Double] = []
        values.reserveCapacity(layout.matrixValueCount + layout.curveValueCount)
        for block in layout.matrices {
            let metric = plan.metrics[block.position]
            var scores = matrices[block.position]
            if block.isReversed {
                let turned = try Self.scores([metric], from: metric.artifact, of: tile.reversed)
                scores = tile.turned(turned.scores.first ?? [])
            } else if plan.isSymmetric, row == column, metric.kind.isSymmetric {
                // The lower half of a diagonal tile is the mirrored upper half, to the bit.
                Self.mirror(&scores, size: rows.count)
            }
            values += scores
        }
        let curves = TileCurves(layout: layout, plan: plan, ignoresTies: context.ignoresTies)
        for block in layout.curves { values += try curves.values(block, of: tile) }
        return (TileScores(row: row, column: column, values: values).bytes, flops)
    }

    private static func scores(
        _ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile
    ) throws -> TileMatrices {
        try ArtifactComputations.of(kind).scores(metrics, from: kind, of: tile)
    }

    /// For each metric of the plan rows x columns scores, row-major; also the operations of the large products.
    private static func matrices(_ tile: ArtifactTile) throws -> (scores: [[Double]], flops: Double) {
        let metrics = tile.plan.metrics
        var scores = [[Double]](repeating: [], count: metrics.count)
        var flops = 0.0
        for kind in tile.plan.artifactKinds {
            let own = metrics.indices.filter { metrics[$0].artifact == kind }
            guard !own.isEmpty else { continue }
            let found = try Self.scores(own.map { metrics[$0] }, from: kind, of: tile)
            for (position, matrix) in zip(own, found.scores) { scores[position] = matrix }
            flops += found.operations
        }
        return (scores, flops)
    }

    private static func mirror(_ values: inout [Double], size: Int) {
        for r in 0..<size {
            for c in 0..<r { values[r * size + c] = values[c * size + r] }
        }
    }
}
