/// The artifact behind `rsa`: for every pair of samples the rank of its similarity x̂_i·x̂_j among all n(n-1)/2, ties with their
/// average rank, less the mean of all ranks. The correlation of two such matrices is Spearman's (Kriegeskorte et al. 2008).
///
/// Similarities that differ by no more than rounding leaves of equal ones are tied: duplicated rows, and rows that clipping has
/// saturated, would otherwise be ranked by chance.
enum SimilarityRanks {
    static func kernel(of products: PairProducts) -> PackedKernel {
        let n = products.sampleCount
        var similarities = products.packed
        similarities.withUnsafeMutableBufferPointer { values in
            products.meanProducts.withUnsafeBufferPointer { b in
                products.forEachPair { i, j, position in values[position] += b[i] + b[j] }
            }
        }
        let spread = products.squaredNorms.max() ?? 0
        let tolerance = 0x1p-40 * spread + 0x1p-50 * products.largestNorm * spread.squareRoot()
        var ranks = centredRanks(similarities, tolerance: tolerance)
        // As half-integers their products would be rounded alike and drift in float32 sums; as fractions they are not.
        let largest = ranks.reduce(0) { max($0, $1.magnitude) }
        if largest > 0 { for position in ranks.indices { ranks[position] /= largest } }
        return PackedKernel(sampleCount: n, entries: ranks, diagonal: Array(repeating: 0, count: n))
    }

    /// Average ranks of `values` less their mean, those within `tolerance` of the next tied.
    static func centredRanks(_ values: [Double], tolerance: Double) -> [Double] {
        let (sorted, positions) = RadixSort.ascending(values)
        var ranks = [Double](repeating: 0, count: values.count)
        let middle = Double(values.count - 1) / 2
        var first = 0
        while first < sorted.count {
            var end = first + 1
            while end < sorted.count, sorted[end] - sorted[end - 1] <= tolerance { end += 1 }
            let rank = Double(first + end - 1) / 2 - middle
            for place in first..<end { ranks[Int(positions[place])] = rank }
            first = end
        }
        return ranks
    }
}
