internal import Foundation

extension MetricKind { package static let jaccardKNN = MetricKind(defining: "jaccard_knn") }

extension MetricDefinition {
    static let jaccardKNN = ofNeighbours(
        .jaccardKNN,
        Texts(
            "common neighbours over all neighbours of either layer", range: "0 to 1", chance: "hypergeometric mean",
            source: "Klabunde et al. 2023"),
        chance: .uniform { k, others in expectedJaccard(k: k, others: others) }
    ) {
        $0.secondsPerPlace = 2e-10
        $0.maskedSecondsPerPlace = 5e-11
        $0.maskedLanes = 512
        $0.subsampling = .notValidated
        $0.countsPerUnit = { samples, _ in Double(samples) * jaccardUnit }
    }

    /// Where quotients are added up in whole numbers: what stands for 1.
    package static let jaccardUnit = 0x1p40
}

/// Σ_h P(h) h/(2k - h), the overlap h of two random lists of k of m samples being hypergeometric.
private func expectedJaccard(k: Int, others m: Int) -> Double {
    func logChoose(_ n: Int, _ k: Int) -> Double {
        lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
    }
    var sum = 0.0
    for h in max(0, 2 * k - m)...k {
        let probability = exp(logChoose(k, h) + logChoose(m - k, k - h) - logChoose(m, k))
        sum += probability * Double(h) / Double(2 * k - h)
    }
    return sum
}
