internal import Foundation
internal import SweepModel

/// The artifact behind `distance_correlation`: the U-centred Euclidean distances between samples (Székely & Rizzo 2013; in the
/// form of Székely & Rizzo 2014, definition 2). The cosine of two such matrices is the bias-corrected distance correlation R*.
enum CentredDistances: PairMatrix {
    static var family: String { ArtifactKind.distances.family }

    static func kernel(_ kind: ArtifactKind, of layer: LayerArtifacts) throws -> any ResidentKernel {
        kernel(of: layer.pairDistances)
    }

    /// All zero where the rounding of distances may change scores by more than a millionth.
    ///
    /// A distance is off by about 2⁻⁵⁴ of itself for its root and for each time that it is rounded on the way (`PairDistances.rounding`),
    /// whatever is the same for all distances of a row aside: no sum with rows that sum to zero, as those of all U-centred matrices do, feels
    /// it. A score with a layer like this one is then off by no more than four times √(Σ e_ij² A_ij²)/Σ A_ij², A the centred distances and
    /// e_ij those errors, which are taken as independent.
    static func kernel(of pairs: PairDistances) -> PackedKernel {
        let n = pairs.sampleCount
        var distances = pairs.squares
        for position in distances.indices { distances[position] = distances[position].squareRoot() }
        var rowSums = [Double](repeating: 0, count: n)
        PairDistances.forEachPair(n) { i, j, position in
            rowSums[i] += distances[position]
            rowSums[j] += distances[position]
        }
        let size = Double(n)
        let constant = rowSums.reduce(0, +) / ((size - 1) * (size - 2))
        let means = rowSums.map { $0 / (size - 2) }
        // In a unit in which fourth powers are numbers.
        let unit = Double(
            sign: .plus, exponent: -Int(max(distances.max() ?? 0, .leastNormalMagnitude).exponent), significand: 1)
        var (squares, error) = (0.0, 0.0)
        PairDistances.forEachPair(n) { i, j, position in
            let distance = distances[position]
            let first = distance - means[i]
            let second = first - means[j]
            let centred = second + constant
            let rounded = pairs.rounding(i, j, position) * distance + first.magnitude + second.magnitude
            let product = 0x1p-54 * (rounded * unit) * (centred * unit)
            squares += centred * unit * (centred * unit)
            error += product * product
            distances[position] = centred
        }
        if !(4 * error.squareRoot() < Float32Error.largest * squares) {
            distances = Array(repeating: 0, count: distances.count)
        }
        return PackedKernel(sampleCount: n, entries: distances, diagonal: Array(repeating: 0, count: n))
    }
}
