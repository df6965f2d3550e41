internal import Foundation
internal import SweepModel

/// The artifact behind `cka_rbf`: the doubly centred matrix of exp(-D²/2σ²), σ = `bandwidth` x the median distance between two
/// different samples (Kornblith et al. 2019). All zero where that median is 0.
enum CentredRBF: PairMatrix {
    static var family: String { ArtifactKind.rbf(bandwidth: 1).family }

    static func kernel(_ kind: ArtifactKind, of layer: LayerArtifacts) throws -> any ResidentKernel {
        guard let bandwidth = kind.parameter else { preconditionFailure("\(kind.name) has no bandwidth") }
        return kernel(
            squaredDistances: layer.pairDistances.squares, sampleCount: layer.rows.sampleCount, bandwidth: bandwidth)
    }

    static func kernel(squaredDistances: [Double], sampleCount n: Int, bandwidth: Double) -> PackedKernel {
        let median = medianDistance(squaredDistances)
        let sigma = bandwidth * median
        // Centring takes off any constant: less 1, wide kernels keep their precision, and the diagonal is 0.
        var entries: [Double]
        if sigma > 0, (sigma * sigma).isNormal {
            let factor = -1 / (2 * sigma * sigma)
            entries = squaredDistances.map { expm1($0 * factor) }
        } else if median > 0 {
            // In medians, σ² is a number for every bandwidth.
            let factor = -1 / (2 * bandwidth * bandwidth)
            entries = squaredDistances.map { square in
                let ratio = square.squareRoot() / median
                return expm1(ratio * ratio * factor)
            }
        } else {
            return PackedKernel(
                sampleCount: n, entries: Array(repeating: 0, count: squaredDistances.count),
                diagonal: Array(repeating: 0, count: n))
        }
        var means = [Double](repeating: 0, count: n)
        PairDistances.forEachPair(n) { i, j, position in
            means[i] += entries[position]
            means[j] += entries[position]
        }
        for i in 0..<n { means[i] /= Double(n) }
        let mean = means.reduce(0, +) / Double(n)
        PairDistances.forEachPair(n) { i, j, position in entries[position] += mean - means[i] - means[j] }
        return PackedKernel(sampleCount: n, entries: entries, diagonal: means.map { mean - 2 * $0 })
    }

    /// The median of the distances; of an even number of them the mean of the middle two.
    static func medianDistance(_ squares: [Double]) -> Double {
        var values = squares
        let count = values.count
        guard count > 0 else { return 0 }
        let upper = selectLargest(rank: (count - 1) / 2, of: &values).squareRoot()
        guard count % 2 == 0 else { return upper }
        return (upper + selectLargest(rank: count / 2, of: &values).squareRoot()) / 2
    }
}
