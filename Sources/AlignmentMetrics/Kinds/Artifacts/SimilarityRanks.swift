internal import SweepModel

/// The artifact behind `rsa`: for every pair of samples the rank of its similarity x̂_i·x̂_j among all n(n-1)/2, ties with their
/// average rank, less the mean of all ranks. The correlation of two such matrices is Spearman's (Kriegeskorte et al. 2008).
///
/// Similarities that differ by no more than rounding leaves of equal ones are tied: duplicated rows, and rows that clipping has
/// saturated, would otherwise be ranked by chance. How much that is, is each pair's own: with c_i = x̂_i - μ, the similarity is
/// c_i·c_j + c_i·μ + c_j·μ + |μ|², and rounding takes (d + 8)·2⁻⁵³(‖c_i‖‖c_j‖ + (‖c_i‖ + ‖c_j‖)‖μ‖) from it at most. That is less than
/// what it takes from x̂_i·x̂_j itself, (d + 8)·2⁻⁵³‖x̂_i‖‖x̂_j‖, where rows differ little beside what they have in common, and far more
/// where some are small beside the centre: similarities are then those of the rows as they are.
enum SimilarityRanks: PairMatrix {
    static var family: String { ArtifactKind.ranks.family }

    /// The largest (‖c_i‖ + ‖μ‖)/‖x̂_i‖ of a row at which products of centred rows do.
    private static let mostCentred = 8.0

    static func kernel(_ kind: ArtifactKind, of layer: LayerArtifacts) throws -> any ResidentKernel {
        kernel(of: layer.rows, layer.pairProducts)
    }

    /// The ranks of `layer`, whose centred `products` are known.
    private static func kernel(of layer: PreparedLayer, _ products: PairProducts) -> PackedKernel {
        let isCentred = zip(layer.rowNorms, products.squaredNorms).allSatisfy { norm, square in
            square.squareRoot() + products.centreNorm <= mostCentred * norm
        }
        return kernel(of: isCentred ? products : PairProducts(uncentred: layer))
    }

    private static func kernel(of products: PairProducts) -> PackedKernel {
        let n = products.sampleCount
        var similarities = products.packed
        similarities.withUnsafeMutableBufferPointer { values in
            products.meanProducts.withUnsafeBufferPointer { b in
                products.forEachPair { i, j, position in values[position] += b[i] + b[j] }
            }
        }
        let norms = products.squaredNorms.map { $0.squareRoot() }
        func tolerance(_ a: Double, _ b: Double) -> Double {
            products.rounding * (a * b + (a + b) * products.centreNorm)
        }
        let largestNorm = norms.max() ?? 0
        var ranks = centredRanks(similarities, largestTolerance: tolerance(largestNorm, largestNorm)) { position in
            let (i, j) = PackedKernel.samples(at: position, sampleCount: n)
            return tolerance(norms[i], norms[j])
        }
        // As half-integers their products would be rounded alike and drift in float32 sums; as fractions they are not.
        let largest = ranks.reduce(0) { max($0, $1.magnitude) }
        if largest > 0 { for position in ranks.indices { ranks[position] /= largest } }
        return PackedKernel(sampleCount: n, entries: ranks, diagonal: Array(repeating: 0, count: n))
    }

    /// Average ranks of `values` less their mean, those that differ from the least of a group by no more than the tolerances of both tied.
    ///
    /// - Parameters:
    ///   - largestTolerance: none is larger.
    ///   - tolerance: that of the value at a position.
    static func centredRanks(
        _ values: [Double], largestTolerance: Double, tolerance: (_ position: Int) -> Double
    ) -> [Double] {
        let (sorted, positions) = RadixSort.ascending(values)
        var ranks = [Double](repeating: 0, count: values.count)
        let middle = Double(values.count - 1) / 2
        func areTied(_ first: Int, _ other: Int) -> Bool {
            let difference = sorted[other] - sorted[first]
            guard difference > 0 else { return true }
            guard difference <= 2 * largestTolerance else { return false }
            return difference <= tolerance(Int(positions[first])) + tolerance(Int(positions[other]))
        }
        var first = 0
        while first < sorted.count {
            var end = first + 1
            while end < sorted.count, areTied(first, end) { end += 1 }
            let rank = Double(first + end - 1) / 2 - middle
            for place in first..<end { ranks[Int(positions[place])] = rank }
            first = end
        }
        return ranks
    }
}
