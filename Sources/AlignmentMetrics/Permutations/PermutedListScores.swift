internal import PermutationStatistics
internal import SweepModel

/// Scores of a neighbour metric for every layer of some rows against every one of some columns whose samples are permuted.
struct PermutedListScores {
    private let kind: MetricKind
    private let variant: Variant
    private let k: Int
    /// Whether the rows are y, and the permuted columns x.
    private let isReversed: Bool
    private let rows: [NeighbourLists]
    private let columns: [NeighbourLists]
    /// Where overlaps are counted in bit masks.
    private let counting: OverlapCounting?
    private let overlaps: PermutedOverlaps?

    /// - Parameters:
    ///   - rows: lists of k neighbours or more of each layer whose samples stay in place; likewise of `columns`, of the same samples.
    ///   - isReversed: whether the rows are y, and the permuted columns x.
    init(
        _ kind: MetricKind, k: Int, variant: Variant, isReversed: Bool, rows: [NeighbourLists],
        columns: [NeighbourLists]
    ) {
        self.kind = kind
        self.variant = variant
        self.k = k
        self.isReversed = isReversed
        counting = k <= PermutedOverlaps.mostNeighbours ? NeighbourScores.counting(kind) : nil
        overlaps =
            counting.map { _ in PermutedOverlaps(rows: rows.map(\.ranked), columns: columns.map(\.ranked), k: k) }
        // Masks are all that is kept of lists that may be many.
        self.rows = counting == nil ? rows : []
        self.columns = counting == nil ? columns : []
    }

    /// For each of `permutations` the scores, rows x columns, row-major.
    func scores(_ permutations: [SamplePermutation]) -> [[Double]] {
        if let counting, let overlaps { return counting(overlaps, permutations) }
        let fixed = rows.map(LayerNeighbours.init)
        return permutations.map { permutation in
            let moved = columns.map { LayerNeighbours($0.permuted(permutation)) }
            let (x, y) = isReversed ? (moved, fixed) : (fixed, moved)
            let found = NeighbourScores.scores(kind, rows: x, columns: y, ks: [k], variant: variant)[0]
            return isReversed
                ? NeighbourScores.transposed(found, rows: moved.count, columns: fixed.count) : found
        }
    }
}

extension NeighbourLists {
    /// The lists as indices alone.
    fileprivate var ranked: RankedLists { RankedLists(sampleCount: sampleCount, reach: k, indices: indices) }

    /// The lists of the same layer with its samples in another order: sample i is the one that was `permutation.images[i]`.
    func permuted(_ permutation: SamplePermutation) -> NeighbourLists {
        let inverse = permutation.inverse
        var moved = [Int32]()
        var similarities = [Double]()
        moved.reserveCapacity(indices.count)
        similarities.reserveCapacity(indices.count)
        for image in permutation.images {
            let list = Int(image) * k..<(Int(image) + 1) * k
            for index in indices[list] { moved.append(inverse[Int(index)]) }
            similarities += self.similarities[list]
        }
        return NeighbourLists(
            sampleCount: sampleCount, k: k, indices: moved, similarities: similarities, tiedRows: tiedRows,
            rowMeans: permutation.images.map { rowMeans[Int($0)] }, grandMean: grandMean, scale: scale)
    }

    /// Mean and standard deviation of the scores of each of `rows` with each of `columns` under random matching, row-major; nil where they
    /// are not known of the metric in its variant.
    static func moments(
        _ kind: MetricKind, k: Int, variant: Variant, isReversed: Bool, rows: [NeighbourLists],
        columns: [NeighbourLists]
    ) -> (means: [Double], deviations: [Double])? {
        guard let model = NullModels.of(kind) as? any ListNullModel.Type, model.holds(in: kind.variant(variant)) else {
            return nil
        }
        return moments(model, k, kind.variant(variant), isReversed, rows, columns)
    }

    private static func moments<Model: ListNullModel>(
        _ model: Model.Type, _ k: Int, _ variant: Variant, _ isReversed: Bool, _ rows: [NeighbourLists],
        _ columns: [NeighbourLists]
    ) -> (means: [Double], deviations: [Double]) {
        func numbers(_ lists: NeighbourLists) -> Model.Numbers {
            lists.indices.withUnsafeBufferPointer { indices in
                model.numbers(
                    of: LayerLists(StoredLists(indices: indices, sampleCount: lists.sampleCount, reach: lists.k)),
                    ks: [k])[0]
            }
        }
        return PermutedLayers.moments(
            model, rows.map(numbers), columns.map(numbers), variant, isReversed: isReversed)
    }
}
