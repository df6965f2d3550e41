internal import AlignmentMetrics
internal import SweepModel
internal import SweepProtocol

/// Scores of one tile, metric by metric, from the artifacts of its layers.
struct TileScoring {
    let plan: SweepPlan
    let artifacts: ArtifactCache
    let rows: [TileLayer]
    let columns: [TileLayer]

    /// Whether rows and columns have the same artifacts.
    private var isOnDiagonal: Bool { rows.map(\.names) == columns.map(\.names) }

    /// For each metric of the plan rows x columns scores, row-major; also the operations of the large products.
    func matrices() throws -> (scores: [[Double]], flops: Double) {
        var scores = [[Double]](repeating: [], count: plan.metrics.count)
        var flops = 0.0
        for kind in plan.artifactKinds {
            let positions = plan.metrics.indices.filter { plan.metrics[$0].artifact == kind }
            guard !positions.isEmpty else { continue }
            switch kind.form {
            case .lists: try neighbours(positions, &scores)
            case .pairMatrix: flops += try kernels(kind, positions, &scores)
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
        var scores = ks.map { _ in [Double](repeating: .nan, count: rows.count * columns.count) }
        for left in groups(rows) {
            let a = Present(try artifacts.neighbours(Array(rows[left])), from: left.lowerBound)
            for right in groups(columns) {
                let b = Present(try artifacts.neighbours(Array(columns[right])), from: right.lowerBound)
                let found = neighbourScores(kind, a.layers, b.layers, ks: ks, isReversed: isReversed)
                for position in ks.indices {
                    for (r, row) in a.positions.enumerated() {
                        for (c, column) in b.positions.enumerated() {
                            scores[position][row * columns.count + column] = found[position][r * b.layers.count + c]
                        }
                    }
                }
            }
        }
        return scores
    }

    private func neighbourScores(
        _ kind: MetricKind, _ a: [LayerNeighbours], _ b: [LayerNeighbours], ks: [Int], isReversed: Bool
    ) -> [[Double]] {
        guard isReversed else {
            return NeighbourScores.scores(kind, rows: a, columns: b, ks: ks, variant: plan.variant)
        }
        return NeighbourScores.scores(kind, rows: b, columns: a, ks: ks, variant: plan.variant)
            .map { NeighbourScores.transposed($0, rows: b.count, columns: a.count) }
    }

    /// What `transform` makes of the lists of each of `layers`, the tile's rows or columns; nil for those that have none.
    func neighbours<Result>(
        of layers: [TileLayer], _ transform: (LayerNeighbours?) -> Result
    ) throws -> [Result] {
        try groups(layers).flatMap { try artifacts.neighbours(Array(layers[$0])).map(transform) }
    }

    /// The layers by runs, of which two fit into memory with their lists: all at once but for very many samples or neighbours.
    private func groups(_ layers: [TileLayer]) -> [Range<Int>] {
        let length = artifacts.neighbourRoom(listLength: plan.longestNeighbourList ?? 0)
        return stride(from: 0, to: layers.count, by: length).map { $0..<min($0 + length, layers.count) }
    }

    // MARK: Kernels, subspaces, features

    private func kernels(_ kind: ArtifactKind, _ positions: [Int], _ scores: inout [[Double]]) throws -> Double {
        let n = plan.sampleCount
        let left = try artifacts.panel(kind, rows)
        let right = isOnDiagonal ? left : try artifacts.panel(kind, columns)
        let variant = kind.definition.isFactorable ? plan.variant : .exact
        let found = try KernelAlignment(rows: left, columns: right, sampleCount: n, variant: variant)
        for position in positions {
            scores[position] = plan.metrics[position].kind == .unbiasedCKA ? found.unbiasedCKA : found.cka
        }
        return left.operations(with: right, sampleCount: n)
    }

    private func bases(_ positions: [Int], _ scores: inout [[Double]]) throws {
        let left = try artifacts.bases(rows)
        let right = isOnDiagonal ? left : try artifacts.bases(columns)
        let dimensions = positions.compactMap { plan.metrics[$0].dimensions }.sorted()
        let found = try SubspaceAlignment.scores(
            rows: left, columns: right, dimensions: dimensions, sampleCount: plan.sampleCount,
            isSame: { rows[$0].names[.basis] == columns[$1].names[.basis] })
        for position in positions {
            let place = plan.metrics[position].dimensions.flatMap { dimensions.firstIndex(of: $0) }
            scores[position] = place.map { found[$0] } ?? []
        }
    }

    private func procrustes() throws -> [Double] {
        var scores: [Double] = []
        var alignment = ProcrustesAlignment()
        let isMirrored = plan.isSymmetric && isOnDiagonal
        for (r, row) in rows.enumerated() {
            let x = try artifacts.features(row)
            for (c, column) in columns.enumerated() {
                // The lower half of a diagonal tile is mirrored.
                guard let x, !(isMirrored && c < r), let y = try artifacts.features(column)
                else {
                    scores.append(.nan)
                    continue
                }
                let isSame = row.names[.features] == column.names[.features]
                scores.append(isSame && x.norm > 0 ? 1 : try alignment.score(x, y))
            }
        }
        return scores
    }
}

/// Those of some layers that have neighbours, with their positions in the tile.
private struct Present {
    let layers: [LayerNeighbours]
    let positions: [Int]

    init(_ group: [LayerNeighbours?], from first: Int) {
        layers = group.compactMap(\.self)
        positions = group.indices.filter { group[$0] != nil }.map { first + $0 }
    }
}
