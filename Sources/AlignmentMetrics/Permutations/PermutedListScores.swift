package import PermutationStatistics
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

    /// What is known of the layers whatever the permutation. The same lists as at first: not all of them are kept.
    func measure(rows: [NeighbourLists], columns: [NeighbourLists]) -> PermutedLayers.Measure {
        let variant = kind.variant(variant)
        let model = (NullModels.of(kind) as? any ListNullModel.Type).flatMap { $0.holds(in: variant) ? $0 : nil }
        return PermutedLayers.Measure(
            tiedRows: rows.map { $0.tiedShare(atK: k) }, tiedColumns: columns.map { $0.tiedShare(atK: k) },
            moments: model.map { moments($0, rows, columns, variant) })
    }

    private func moments<Model: ListNullModel>(
        _ model: Model.Type, _ rows: [NeighbourLists], _ columns: [NeighbourLists], _ variant: Variant
    ) -> (means: [Double], deviations: [Double]) {
        func numbers(_ lists: NeighbourLists) -> Model.Numbers {
            lists.withLayerLists { model.numbers(of: $0, ks: [k])[0] }
        }
        return PermutedLayers.moments(
            model, rows.map(numbers), columns.map(numbers), variant, isReversed: isReversed)
    }
}

extension NeighbourLists {
    /// The lists as indices alone.
    package var ranked: RankedLists { ranked(gallery: 0) }

    /// Those in gallery `position`.
    package func ranked(gallery position: Int) -> RankedLists {
        let length = sampleCount * k
        return RankedLists(
            sampleCount: sampleCount, reach: k,
            indices: galleryCount == 1 ? indices : Array(indices[position * length..<(position + 1) * length]),
            indexLimit: indexLimit)
    }

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

    /// The lists where they lie, for the numbers of a null model.
    fileprivate func withLayerLists<Result>(_ body: (LayerLists) -> Result) -> Result {
        indices.withUnsafeBufferPointer { indices in
            body(LayerLists(StoredLists(indices: indices, sampleCount: sampleCount, reach: k)))
        }
    }
}
