package import Projection
package import SweepAnalysis
package import SweepModel

/// The maps of one metric, or why there are none.
package struct MetricMap: Sendable {
    /// The metric's id.
    package let metric: String
    /// The maps of `models`; nil where there are none.
    package let map: ModelMap?
    /// Why there are none.
    package let reason: String?
    /// Positions in the sweep's models of the points, in order.
    package let models: [Int]
    package let distance: MapOptions.Distance
    /// Why the distance is not the one asked for.
    package let note: String?
}

/// Maps of a sweep's models, metric by metric.
package struct SweepMaps: Sendable {
    /// The names of all models.
    package let models: [String]
    package let options: MapOptions
    /// Why the sweep has no maps at all; nil where it has.
    package let reason: String?
    /// One for each metric, in order; empty where there is a reason.
    package let maps: [MetricMap]

    /// The same for the same scores and options; throws for settings without a meaning.
    package init(_ sweep: SweepScores, options: MapOptions = MapOptions()) throws(Complaint) {
        try options.settings.validate()
        self.options = options
        models = sweep.x.models.map(\.name)
        if !sweep.isSymmetric {
            reason = "models of two sides have no distances among themselves"
        } else if models.count < MapOptions.fewestModels {
            reason = "fewer than \(MapOptions.fewestModels) models"
        } else {
            reason = nil
        }
        maps = reason == nil ? sweep.metrics.map { Self.map($0, sweep, options) } : []
    }

    private static func map(_ metric: ScoredMetric, _ sweep: SweepScores, _ options: MapOptions) -> MetricMap {
        do throws(Complaint) {
            let distances = try MetricDistances(metric, sweep, asked: options.distance)
            return MetricMap(
                metric: metric.id, map: try ModelMap(distances.matrix, settings: options.settings), reason: nil,
                models: distances.models, distance: distances.distance, note: distances.note)
        } catch {
            return MetricMap(
                metric: metric.id, map: nil, reason: error.what, models: [], distance: options.distance, note: nil)
        }
    }
}
