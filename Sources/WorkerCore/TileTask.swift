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
        let neighbours = NeighbourTile(tile)
        let (matrices, flops) = try Self.matrices(tile)
        var values: [Double] = []
        values.reserveCapacity(layout.matrixValueCount + layout.curveValueCount)
        for block in layout.matrices {
            let metric = plan.metrics[block.position]
            var scores = matrices[block.position]
            if block.isReversed {
                scores =
                    try neighbours.matrices(metric.kind, ks: metric.k.map { [$0] } ?? [], isReversed: true).first ?? []
            } else if plan.isSymmetric, row == column, metric.kind.isSymmetric {
                // The lower half of a diagonal tile is the mirrored upper half, to the bit.
                Self.mirror(&scores, size: rows.count)
            }
            values += scores
        }
        let curves = TileCurves(layout: layout, plan: plan, ignoresTies: context.ignoresTies)
        for block in layout.curves { values += try curves.values(block, of: tile) }
        return (Self.littleEndian(values), flops)
    }

    /// For each metric of the plan rows x columns scores, row-major; also the operations of the large products.
    private static func matrices(_ tile: ArtifactTile) throws -> (scores: [[Double]], flops: Double) {
        let metrics = tile.plan.metrics
        var scores = [[Double]](repeating: [], count: metrics.count)
        var flops = 0.0
        for kind in tile.plan.artifactKinds {
            let own = metrics.indices.filter { metrics[$0].artifact == kind }
            guard !own.isEmpty else { continue }
            let found = try ArtifactComputations.of(kind).scores(own.map { metrics[$0] }, from: kind, of: tile)
            for (position, matrix) in zip(own, found.scores) { scores[position] = matrix }
            flops += found.operations
        }
        return (scores, flops)
    }

    private static func littleEndian(_ values: [Double]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * values.count)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    private static func mirror(_ values: inout [Double], size: Int) {
        for r in 0..<size {
            for c in 0..<r { values[r * size + c] = values[c * size + r] }
        }
    }
}
