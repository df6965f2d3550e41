package import SweepModel

/// Metrics of a sweep whose scores a tile computes together, so that they have one cost.
package struct TilePart: Hashable, Sendable {
    package let artifact: ArtifactKind
    package let metrics: [Metric]
    package let curves: [MetricCurve]

    /// For people and keys: the ids of the metrics, and the range of each curve.
    package var name: String {
        let ranges = curves.map { "\($0.kind.rawValue)_k\($0.ks.first ?? 0):\($0.ks.last ?? 0)" }
        return (metrics.map(\.id) + ranges).joined(separator: "+")
    }

    /// The parts of `plan`: all metrics of one kernel, all numbers of dimensions, and each neighbour metric with all its k.
    package static func parts(of plan: SweepPlan) -> [TilePart] {
        var parts: [TilePart] = []
        for kind in plan.artifactKinds {
            let own = plan.metrics.filter { $0.artifact == kind }
            guard kind.definition.source == .lists else {
                parts.append(TilePart(artifact: kind, metrics: own, curves: []))
                continue
            }
            for metric in MetricKind.allCases where metric.isNeighbourMetric {
                let single = own.filter { $0.kind == metric }
                if !single.isEmpty { parts.append(TilePart(artifact: kind, metrics: single, curves: [])) }
            }
            for curve in plan.curves { parts.append(TilePart(artifact: kind, metrics: [], curves: [curve])) }
        }
        return parts
    }

    /// The longest neighbour list that it goes through; 0 where it goes through none.
    package var longestList: Int { (metrics.compactMap(\.k) + curves.flatMap(\.ks)).max() ?? 0 }
}
