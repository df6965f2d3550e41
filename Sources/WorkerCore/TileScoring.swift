internal import AlignmentMetrics
internal import SweepModel
internal import SweepProtocol

/// Scores of one tile, metric by metric, from the artifacts of its layers.
struct TileScoring {
    let plan: SweepPlan
    let artifacts: ArtifactCache
    let rows: [ArtifactNames]
    let columns: [ArtifactNames]

    /// For each metric of the plan rows x columns scores, row-major; also the operations of the large products.
    func matrices() throws -> (scores: [[Double]], flops: Double) {
        var scores = [[Double]](repeating: [], count: plan.metrics.count)
        var flops = 0.0
        for kind in plan.artifactKinds {
            let positions = plan.metrics.indices.filter { plan.metrics[$0].artifact == kind }
            guard !positions.isEmpty else { continue }
            switch kind {
            case .neighbours: try neighbours(positions, &scores)
            case .gram, .ranks, .distances, .rbf: flops += try kernels(kind, positions, &scores)
            case .basis: try bases(positions, &scores)
            case .features: for position in positions { scores[position] = try procrustes() }
            }
        }
        return (scores, flops)
    }

    // MARK: Neighbours

    /// Every metric's single k together, so that its lists are gone through once.
    private func neighbours(_ positions: [Int], _ scores: inout [[Double]]) throws {
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            let own = positions.filter { plan.metrics[$0].kind == kind }
            let ks = own.compactMap { plan.metrics[$0].k }
            guard !ks.isEmpty else { continue }
            let found = try neighbourMatrices(kind, ks: ks.sorted(), isReversed: false)
            for position in own {
                scores[position] =
                    plan.metrics[position].k.flatMap { ks.sorted().firstIndex(of: $0) }.map { found[$0] } ?? []
            }
        }
    }

    /// One neighbour metric as rows x columns; reversed, the rows are y and the columns x.
    func neighbourMatrix(_ metric: Metric, isReversed: Bool) throws -> [Double] {
        try neighbourMatrices(metric.kind, ks: metric.k.map { [$0] } ?? [], isReversed: isReversed).first ?? []
    }

    /// For each of `ks` (ascending) rows x columns scores; NaN where a layer has no lists.
    func neighbourMatrices(_ kind: MetricKind, ks: [Int], isReversed: Bool) throws -> [[Double]] {
        let (left, right) = try layerNeighbours()
        let present = (left.indices.filter { left[$0] != nil }, right.indices.filter { right[$0] != nil })
        let (a, b) = (left.compactMap(\.self), right.compactMap(\.self))
        let found =
            isReversed
            ? NeighbourScores.scores(kind, rows: b, columns: a, ks: ks, variant: plan.variant)
                .map { NeighbourScores.transposed($0, rows: b.count, columns: a.count) }
            : NeighbourScores.scores(kind, rows: a, columns: b, ks: ks, variant: plan.variant)
        guard a.count < left.count || b.count < right.count else { return found }
        return ks.indices.map { position in
            var scores = [Double](repeating: .nan, count: left.count * right.count)
            for (r, row) in present.0.enumerated() {
                for (c, column) in present.1.enumerated() {
                    scores[row * right.count + column] = found[position][r * b.count + c]
                }
            }
            return scores
        }
    }

    /// The neighbours of the rows' and of the columns' layers.
    func layerNeighbours() throws -> (rows: [LayerNeighbours?], columns: [LayerNeighbours?]) {
        let left = try artifacts.neighbours(rows)
        return (left, rows == columns ? left : try artifacts.neighbours(columns))
    }

    // MARK: Kernels, subspaces, features

    private func kernels(_ kind: ArtifactKind, _ positions: [Int], _ scores: inout [[Double]]) throws -> Double {
        let n = plan.sampleCount
        let left = try artifacts.panel(kind, rows)
        let right = rows == columns ? left : try artifacts.panel(kind, columns)
        let variant = kind == .gram ? plan.variant : .exact
        let found = try KernelAlignment(rows: left, columns: right, sampleCount: n, variant: variant)
        for position in positions {
            scores[position] = plan.metrics[position].kind == .unbiasedCKA ? found.unbiasedCKA : found.cka
        }
        return left.operations(with: right, sampleCount: n)
    }

    private func bases(_ positions: [Int], _ scores: inout [[Double]]) throws {
        let left = try artifacts.bases(rows)
        let right = rows == columns ? left : try artifacts.bases(columns)
        let dimensions = positions.compactMap { plan.metrics[$0].dimensions }.sorted()
        let found = try SubspaceAlignment.scores(
            rows: left, columns: right, dimensions: dimensions, sampleCount: plan.sampleCount)
        for position in positions {
            let place = plan.metrics[position].dimensions.flatMap { dimensions.firstIndex(of: $0) }
            scores[position] = place.map { found[$0] } ?? []
        }
    }

    private func procrustes() throws -> [Double] {
        var scores: [Double] = []
        var alignment = ProcrustesAlignment()
        for (r, row) in rows.enumerated() {
            let x = try artifacts.features(row)
            for (c, column) in columns.enumerated() {
                // The lower half of a diagonal tile is mirrored.
                guard let x, !(plan.isSymmetric && rows == columns && c < r), let y = try artifacts.features(column)
                else {
                    scores.append(.nan)
                    continue
                }
                scores.append(try alignment.score(x, y))
            }
        }
        return scores
    }
}
