internal import PermutationStatistics
internal import SweepModel

/// Where the scores of one metric lie among those of all matchings of the samples of one side with those of the other
/// (Schemas/metrics.md, *Moments under random matching*): of every layer pair, x layers x y layers, row-major.
package struct NullScores: Sendable {
    /// Why there are no moments; nil where there are, if not of every pair.
    package enum Gap: String, Sendable {
        case noClosedForm = "no moment of this metric has a closed form"
        case variant = "moments are those of the definition, and not of this variant"
        case groups = "samples of one group are no neighbours, so that matchings are not equally likely"
        case queries = "of queries alone it is not known how often each sample is listed"
        case noNumbers = "its layers gave no numbers to compute moments from"
    }

    package private(set) var gap: Gap?
    package private(set) var means: [Double]
    package private(set) var deviations: [Double]
    package private(set) var skewnesses: [Double]
    /// (score - mean)/sd.
    package private(set) var z: [Double]
    /// The probability of a score as high or higher, no less than `floor`.
    package private(set) var p: [Double]
    /// (score - mean)/(1 - mean).
    package private(set) var adjusted: [Double]

    /// The least p that its approximation was shown to hold for.
    package static var floor: Double { NullTail.floor }

    /// Those of metric `position` of the plan.
    package init(metric position: Int, _ sweep: FinishedSweep) {
        let (plan, metric) = (sweep.plan, sweep.plan.metrics[position])
        let missing = [Double](repeating: .nan, count: plan.xLayers.count * plan.yLayers.count)
        (means, deviations, skewnesses, z, p, adjusted) = (missing, missing, missing, missing, missing, missing)
        guard let model = NullModels.of(metric.kind) else {
            gap = .noClosedForm
            return
        }
        if sweep.groupSizes != nil {
            gap = .groups
        } else if plan.queries != nil {
            gap = .queries
        } else if !model.holds(in: metric.kind.variant(plan.variant)) {
            gap = .variant
        } else if !fill(model, metric, sweep, sweep.table.scores[position]) {
            gap = .noNumbers
        }
    }

    /// Returns whether any layer gave numbers.
    private mutating func fill<Model: NullModel>(
        _ model: Model.Type, _ metric: Metric, _ sweep: FinishedSweep, _ scores: [Double]
    ) -> Bool {
        let (plan, variant) = (sweep.plan, metric.kind.variant(sweep.plan.variant))
        let numbers = sweep.layers.map { layer in
            layer?.nullNumbers[metric.id].flatMap { model.read($0, sampleCount: plan.sampleCount, k: metric.k) }
        }
        let step = model.step(sampleCount: plan.sampleCount, k: metric.k)
        var cell = 0
        for x in plan.xLayers {
            for y in plan.yLayers {
                defer { cell += 1 }
                guard let a = numbers[x], let b = numbers[y] else { continue }
                let moments = model.moments(a, b, variant)
                (means[cell], deviations[cell], skewnesses[cell]) = (moments.mean, moments.sd, moments.skewness)
                guard scores[cell].isFinite else { continue }
                let tail = moments.tail(of: scores[cell], step: step)
                (z[cell], p[cell], adjusted[cell]) = (tail.z, tail.p, tail.adjusted)
            }
        }
        return numbers.contains { $0 != nil }
    }
}
