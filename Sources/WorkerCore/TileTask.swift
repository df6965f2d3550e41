internal import AlignmentMetrics
internal import PermutationStatistics
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
        var (matrices, flops) = try Self.matrices(tile)
        if plan.isSymmetric, row == column {
            // The lower half of a diagonal tile is the mirrored upper half, to the bit.
            for (position, metric) in plan.metrics.enumerated() where metric.kind.isSymmetric {
                Self.mirror(&matrices[position], size: rows.count)
            }
        }
        var values: [Double] = []
        values.reserveCapacity(layout.valueCount)
        for block in layout.matrices {
            let metric = plan.metrics[block.position]
            var scores = matrices[block.position]
            if block.isReversed {
                let turned = try Self.scores([metric], from: metric.artifact, of: tile.reversed)
                scores = tile.turned(turned.scores.first ?? [])
            }
            values += scores
        }
        let curves = TileCurves(layout: layout, plan: plan, ignoresTies: context.ignoresTies)
        for block in layout.curves { values += try curves.values(block, of: tile) }
        for drawn in plan.subsamples {
            makeRoom(for: TileSubsamples.bytes(drawn, of: plan, rows: rows.count, columns: columns.count))
            let design =
                SubsampleDesign(groups: context.groups, sampleCount: plan.sampleCount)
            values += try TileSubsamples(
                layout: layout, plan: plan, drawn: drawn, design: design, ignoresTies: context.ignoresTies,
                onStep: onStep
            ).values(matrices, of: tile)
        }
        if let gallery = plan.gallery {
            makeRoom(for: TileGallery.bytes(plan, rows: rows.count, columns: columns.count))
            values += try TileGallery(
                layout: layout, plan: plan, gallery: gallery, ignoresTies: context.ignoresTies, onStep: onStep
            ).values(matrices, of: tile)
        }
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
