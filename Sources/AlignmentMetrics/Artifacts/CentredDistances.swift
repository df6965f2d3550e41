internal import Foundation

/// The artifact behind `distance_correlation`: the U-centred Euclidean distances between samples (Székely & Rizzo 2013; in the
/// form of Székely & Rizzo 2014, definition 2). The cosine of two such matrices is the bias-corrected distance correlation R*.
enum CentredDistances {
    /// The share of the squares of distances, below which too little is left of them by centring for a score: what rounding has done to
    /// each distance would be more than a millionth of it.
    private static let leastShare = 0x1p-60

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
        var before = 0.0
        var after = 0.0
        PairDistances.forEachPair(n) { i, j, position in
            let distance = distances[position]
            let centred = distance - means[i] - means[j] + constant
            before += distance * distance
            after += centred * centred
            distances[position] = centred
        }
        // Of distances that are all equal nothing but rounding is left, which is no signal.
        if after <= leastShare * before { distances = Array(repeating: 0, count: distances.count) }
        return PackedKernel(sampleCount: n, entries: distances, diagonal: Array(repeating: 0, count: n))
    }
}
