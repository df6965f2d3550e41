internal import SweepModel

/// What a reader of the scores has to know: what is missing, tied or clipped.
package struct ScoreGaps: Sendable {
    /// The pairs without a score under one metric.
    package struct Missing: Sendable {
        package let metric: String
        /// The number of distinct pairs without a score, of all that the sweep compares.
        package let pairCount: Int
        package let comparedCount: Int
        /// The names of models without any score.
        package let models: [String]
    }

    /// A layer and what share of it is affected.
    package struct Layer: Sendable {
        /// `model:index`.
        package let label: String
        /// What its store calls it.
        package let name: String
        package let share: Double
    }

    /// The metrics that lack scores.
    package let missing: [Missing]
    /// Layers with more tied rows than the limit, greatest share first: they stay out of maxima.
    package let tied: [Layer]
    /// Layers with clipped values, greatest share first.
    package let clipped: [Layer]

    package init(_ analysis: ComparedSweep) {
        let compared = analysis.compared
        let n = compared.count
        missing = analysis.metrics.compactMap { metric in
            let absent = compared.pairs.filter { metric.matrix[$0.first * n + $0.second].isNaN }
            guard !absent.isEmpty else { return nil }
            var (lacking, all) = ([Int](repeating: 0, count: n), [Int](repeating: 0, count: n))
            for pair in compared.pairs { for model in [pair.first, pair.second] { all[model] += 1 } }
            for pair in absent { for model in [pair.first, pair.second] { lacking[model] += 1 } }
            return Missing(
                metric: metric.id, pairCount: absent.count, comparedCount: compared.pairs.count,
                models: (0..<n).filter { all[$0] > 0 && lacking[$0] == all[$0] }.map { compared.models[$0].name })
        }
        let sides = analysis.sweep.isSymmetric ? [analysis.sweep.x] : [analysis.sweep.x, analysis.sweep.y]
        tied = Self.layers(sides, above: SweepPlan.tiedLimit, \.tied)
        clipped = Self.layers(sides, above: 0, \.clipped)
    }

    private static func layers(
        _ sides: [ScoredSide], above limit: Double, _ share: KeyPath<ScoredLayer, Double>
    ) -> [Layer] {
        var known: Set<String> = []
        return sides.flatMap { side in
            side.layers.indices.filter { side.layers[$0][keyPath: share] > limit }
                .map {
                    Layer(
                        label: side.label(ofLayer: $0), name: side.layers[$0].name,
                        share: side.layers[$0][keyPath: share])
                }
        }
        .filter { known.insert($0.label).inserted }
        .sorted { $0.share != $1.share ? $0.share > $1.share : $0.label < $1.label }
    }
}
