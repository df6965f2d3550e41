internal import SweepModel

/// Which numbers of neighbours a sweep can ask for.
enum NeighbourLimits {
    /// Values of curves in one tile's message.
    private static let mostCurveValues = 100 << 20
    /// Matrices in one tile's message, each metric's twice where both directions differ.
    private static let mostMatrices = 1 << 13

    /// Throws where a k is too large for the samples that may be neighbours, or for us.
    static func check(_ spec: SweepSpec, sampleCount n: Int, largestGroup: Int?) throws(Complaint) {
        let metrics = spec.metrics.count(where: \.isNeighbourMetric)
        guard metrics > 0 else { return }
        guard let k = (spec.k + spec.kRanges.map(\.upperBound)).max() else { return }
        guard k < n else {
            throw Complaint(
                .request, "k is \(k), and there are \(n) samples", at: "k",
                advice: "give a k below the number of samples")
        }
        if let largestGroup, k > n - largestGroup {
            throw Complaint(
                .request, "k is \(k), and the largest group leaves \(n - largestGroup) samples outside it", at: "k",
                advice: "give a smaller k, or leave exclude_groups out")
        }
        guard k <= SubsamplePlan.longestReach else {
            throw Complaint(
                .request, "k is \(k), and lists hold at most \(SubsamplePlan.longestReach) neighbours", at: "k",
                advice: "give a smaller k")
        }
        let matrices = spec.parameterizedMetrics.reduce(0) { $0 + ($1.kind.isSymmetric ? 1 : 2) }
        guard matrices <= mostMatrices else {
            throw Complaint(
                .request, "\(spec.k.count) single values of k for \(metrics) neighbour metrics are too many results",
                at: "k", advice: "give a range such as 1:100, which gives curves, or fewer values")
        }
        // A tile has at most so many model pairs, and every curve a maximum and a last layer for each, both ways round.
        let perValue = 4 * TileGrid.edge * TileGrid.edge * metrics
        let values = spec.kRanges.reduce(0) { $0 + $1.count }
        guard values * perValue <= mostCurveValues else {
            throw Complaint(
                .request,
                "the ranges of k hold \(values) values, and a sweep of \(metrics) neighbour metrics can have \(mostCurveValues / perValue)",
                at: "k", advice: "give smaller ranges, or fewer metrics at a time")
        }
    }
}
