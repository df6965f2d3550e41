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
        switch metric.kind.definition.chance {
        case .uniform(let level):
            self = .uniform(Self.mean(sweep) { others in level(metric.k ?? 0, others) })
        case .kernels:
            let degrees = Double(plan.sampleCount - 1)
            let factors = sweep.layers.map { $0?.chanceFactors[metric.artifact] ?? .nan }
            self = .layerwise(
                plan.xLayers.flatMap { x in plan.yLayers.map { y in factors[x] * factors[y] / degrees } })
        case .cycles:
            let position = metric.k.flatMap { plan.neighbourCounts.firstIndex(of: $0) }
            let chances = sweep.layers.map { layer in
                position.flatMap { layer?.neighbourhood?.cycleChances[$0] } ?? .nan
            }
            let followsY = plan.variant == .reference
            self = .layerwise(
                plan.xLayers.flatMap { x in plan.yLayers.map { y in chances[followsY ? y : x] } })
        case .unknown:
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
}
