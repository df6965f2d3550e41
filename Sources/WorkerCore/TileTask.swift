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
        let tile = TileScoring(plan: plan, artifacts: artifacts, rows: rows, columns: columns)
        let (matrices, flops) = try tile.matrices()
        var values: [Double] = []
        values.reserveCapacity(layout.matrixValueCount + layout.curveValueCount)
        for block in layout.matrices {
            var scores = matrices[block.position]
            let kind = plan.metrics[block.position].kind
            if block.isReversed {
                scores = try tile.neighbourMatrix(plan.metrics[block.position], isReversed: true)
            } else if plan.isSymmetric, row == column, kind.isSymmetric {
                // The lower half of a diagonal tile is the mirrored upper half, to the bit.
                Self.mirror(&scores, size: rows.count)
            }
            values += scores
        }
        let curves = TileCurves(layout: layout, plan: plan, ignoresTies: context.ignoresTies)
        for block in layout.curves { values += try curves.values(block, of: tile) }
        return (Self.littleEndian(values), flops)
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
