internal import Foundation
package import SweepModel

/// The score expected of two unrelated layers under a metric, where it is known in closed form (Schemas/metrics.md, *Chance levels*): the
/// mean over all permutations of one side's samples.
package enum ChanceLevel: Sendable {
    /// One number for all layer pairs.
    case uniform(Double)
    /// x layers x y layers, row-major.
    case layerwise([Double])
    case unknown

    /// The level of `metric` in `sweep`.
    package init(_ metric: Metric, _ sweep: FinishedSweep) {
        let plan = sweep.plan
        switch metric.kind {
        case .mutualKNN:
            self = .uniform(Self.mean(sweep) { m in Double(metric.k ?? 0) / Double(m) })
        case .jaccardKNN:
            self = .uniform(Self.mean(sweep) { m in Self.jaccard(k: metric.k ?? 0, others: m) })
        case .unbiasedCKA, .rsa, .distanceCorrelation:
            self = .uniform(0)
        case .cka, .ckaRBF:
            let degrees = Double(plan.sampleCount - 1)
            let factors = sweep.layers.map { $0?.chanceFactors[metric.artifact] ?? .nan }
            self = .layerwise(
                plan.xLayers.flatMap { x in plan.yLayers.map { y in factors[x] * factors[y] / degrees } })
        case .cycleKNN:
            // The layer that lists are followed back through: x, or y where released code exchanges them.
            let position = metric.k.flatMap { plan.neighbourCounts.firstIndex(of: $0) }
            let chances = sweep.layers.map { layer in
                position.flatMap { layer?.neighbourhood?.cycleChances[$0] } ?? .nan
            }
            let followsY = plan.variant == .reference
            self = .layerwise(
                plan.xLayers.flatMap { x in plan.yLayers.map { y in chances[followsY ? y : x] } })
        case .svcca, .cknna, .lcsKNN, .editDistanceKNN, .procrustes:
            self = .unknown
        }
    }

    /// The level where it is one number.
    package var uniform: Double? { if case .uniform(let level) = self { level } else { nil } }

    /// The mean over samples of what `level` makes of the number of samples that may be their neighbours.
    private static func mean(_ sweep: FinishedSweep, _ level: (Int) -> Double) -> Double {
        let n = sweep.plan.sampleCount
        guard let sizes = sweep.groupSizes else { return level(n - 1) }
        return sizes.reduce(0) { $0 + Double($1) * level(n - $1) } / Double(n)
    }

    /// Σ_h P(h) h/(2k - h), the overlap h of two random lists of k of m samples being hypergeometric.
    private static func jaccard(k: Int, others m: Int) -> Double {
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
}
