package import SweepAnalysis
internal import SweepModel

/// The model x model scores of a sweep as JSON, for programs.
package enum SweepJSON {
    package static func text(_ sweep: FinishedSweep, output: String) throws -> String {
        let plan = sweep.plan
        let metrics = plan.metrics.enumerated().map { position, metric in
            let models = sweep.modelScores(metric: position)
            return MetricJSON(
                id: metric.id, variant: metric.kind.variant(plan.variant).rawValue,
                chance: ChanceLevel(metric, sweep).uniform,
                scores: rows(models.scores.map { $0.isFinite ? $0 : nil }, plan),
                bestXLayer: rows(models.bestXLayers, plan), bestYLayer: rows(models.bestYLayers, plan),
                calibration: sweep.calibrations[position].map { CalibrationJSON($0, plan) },
                intervals: sweep.scoredIntervals(metric: position).map { IntervalsJSON($0, models.scores, plan) })
        }
        let document = Document(
            output: output, status: sweep.isComplete ? "complete" : "partial", samples: plan.sampleCount,
            queries: plan.queries?.count,
            x: plan.xModels.map { plan.models[$0].name }, y: plan.yModels.map { plan.models[$0].name },
            metrics: metrics,
            warnings: sweep.history.warnings + sweep.history.undefined, failures: sweep.history.failures,
            seconds: sweep.history.wallSeconds)
        return try SafeJSON.document(document)
    }

    fileprivate static func rows<Value>(_ values: [Value], _ plan: SweepPlan) -> [[Value]] {
        let width = plan.yModels.count
        return plan.xModels.indices.map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
    }

    private struct Document: Encodable {
        let output: String
        let status: String
        let samples: Int
        let queries: Int?
        let x: [String]
        let y: [String]
        let metrics: [MetricJSON]
        let warnings: [String]
        let failures: [String]
        let seconds: Double
    }

    private struct MetricJSON: Encodable {
        let id: String
        let variant: String
        let chance: Double?
        let scores: [[Double?]]
        let bestXLayer: [[Int32]]
        let bestYLayer: [[Int32]]
        let calibration: CalibrationJSON?
        let intervals: IntervalsJSON?
    }

    /// How far other samples would move the maxima, the layers that attain them held fixed.
    private struct IntervalsJSON: Encodable {
        let subsamples: Int
        let drawn: String
        let validated: Bool
        let level: Double
        let standardError: [[Double?]]
        let lower: [[Double?]]
        let upper: [[Double?]]

        init(_ intervals: ScoredIntervals, _ scores: [Double], _ plan: SweepPlan) {
            subsamples = intervals.subsamples
            drawn = intervals.drawsGroups ? "groups" : "samples"
            validated = intervals.isValidated
            level = ScoredIntervals.level
            let ends = ScoredIntervals.ends(scores, intervals.bestStandardErrors)
            func rows(_ numbers: [Double]) -> [[Double?]] {
                SweepJSON.rows(numbers.map { $0.isFinite ? $0 : nil }, plan)
            }
            (standardError, lower, upper) = (rows(intervals.bestStandardErrors), rows(ends.lower), rows(ends.upper))
        }
    }

    /// What permutations say of the maxima.
    private struct CalibrationJSON: Encodable {
        let permutations: Int
        let family: Int
        let p: [[Double?]]
        let q: [[Double?]]
        let threshold: [[Double?]]
        let calibrated: [[Double?]]

        init(_ calibration: CalibratedScores, _ plan: SweepPlan) {
            permutations = calibration.permutations
            family = calibration.familySize
            let values = calibration.values[.maximum]
            func rows(_ numbers: [Double]?) -> [[Double?]] {
                SweepJSON.rows((numbers ?? []).map { $0.isFinite ? $0 : nil }, plan)
            }
            (p, q) = (rows(values?.p), rows(values?.q))
            (threshold, calibrated) = (rows(values?.threshold), rows(values?.calibrated))
        }
    }
}
