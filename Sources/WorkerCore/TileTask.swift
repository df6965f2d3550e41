internal import AlignmentMetrics
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Scores every layer of a block row against every layer of a block column; also the operations of the large product.
    func score(
        row: Int, column: Int, rows: [ArtifactNames], columns: [ArtifactNames]
    ) throws -> (scores: TileScores, flops: Double) {
        let plan = context.plan
        let ks = plan.neighbourCounts
        var flops = 0.0
        var overlaps: [[Double]] = []
        if !ks.isEmpty {
            overlaps = try overlap(rows, columns, ks: ks)
        }
        var kernels: KernelAlignment?
        if plan.needsGrams {
            let n = plan.sampleCount
            let left = try artifacts.panel(rows)
            let right = rows == columns ? left : try artifacts.panel(columns)
            kernels = try KernelAlignment(rows: left, columns: right, sampleCount: n)
            flops = Double(GramPanel.height * GramPanel.height) * Double(n) * Double(n - 1)
        }
        var values: [Double] = []
        values.reserveCapacity(plan.metrics.count * rows.count * columns.count)
        for metric in plan.metrics {
            switch metric.kind {
            case .mutualKNN: values += metric.k.flatMap { ks.firstIndex(of: $0) }.map { overlaps[$0] } ?? []
            case .cka: values += kernels?.cka ?? []
            case .unbiasedCKA: values += kernels?.unbiasedCKA ?? []
            default:
                throw Complaint(
                    .work, "the metric \(metric.id) is not available", at: "worker", advice: "update the worker")
            }
        }
        // The lower half of a diagonal tile of a symmetric sweep is the mirrored upper half, to the bit.
        if plan.isSymmetric, row == column { mirror(&values, size: rows.count, metrics: plan.metrics.count) }
        return (
            TileScores(metrics: plan.metrics.count, rows: rows.count, columns: columns.count, values: values), flops
        )
    }

    private func overlap(_ rows: [ArtifactNames], _ columns: [ArtifactNames], ks: [Int]) throws -> [[Double]] {
        let left = try artifacts.neighbours(rows)
        let right = rows == columns ? left : try artifacts.neighbours(columns)
        let present = (left.indices.filter { left[$0] != nil }, right.indices.filter { right[$0] != nil })
        let found = MutualNeighbours.scores(rows: left.compactMap(\.self), columns: right.compactMap(\.self), ks: ks)
        // Layers without lists leave NaN.
        return ks.indices.map { position in
            var scores = [Double](repeating: .nan, count: left.count * right.count)
            for (r, row) in present.0.enumerated() {
                for (c, column) in present.1.enumerated() {
                    scores[row * right.count + column] = found[position][r * present.1.count + c]
                }
            }
            return scores
        }
    }

    private func mirror(_ values: inout [Double], size: Int, metrics: Int) {
        for metric in 0..<metrics {
            let base = metric * size * size
            for r in 0..<size {
                for c in 0..<r { values[base + r * size + c] = values[base + c * size + r] }
            }
        }
    }
}
