internal import SweepModel

/// Which layers have no score under a metric although their artifacts are there, and why.
package enum UndefinedScores {
    /// One sentence for each metric and reason, naming the layers.
    package static func reasons(_ sweep: FinishedSweep) -> [String] {
        let plan = sweep.plan
        let sides = [(plan.xLayers, true), (plan.yLayers, false)]
        return plan.metrics.enumerated().compactMap { position, metric in
            var layers: Set<Int> = []
            for (side, isRow) in sides {
                for (place, layer) in side.enumerated() where sweep.layers[layer]?.diagnostics.isConstant == false {
                    if hasNoScore(sweep.table.scores[position], plan, place, isRow: isRow, sweep) {
                        layers.insert(layer)
                    }
                }
            }
            guard !layers.isEmpty else { return nil }
            let names = layers.sorted().map { plan.label(ofLayer: $0) }.joined(separator: ", ")
            return "\(metric.id) is NaN for \(names): \(reason(metric.kind))"
        }
    }

    /// Whether every score of a row or column is NaN that another defined layer takes part in.
    private static func hasNoScore(
        _ scores: [Double], _ plan: SweepPlan, _ place: Int, isRow: Bool, _ sweep: FinishedSweep
    ) -> Bool {
        let width = plan.yLayers.count
        let others = isRow ? plan.yLayers : plan.xLayers
        let partners = others.indices.filter { sweep.layers[others[$0]]?.diagnostics.isConstant == false }
        return !partners.isEmpty
            && partners.allSatisfy { scores[isRow ? place * width + $0 : $0 * width + place].isNaN }
    }

    private static func reason(_ kind: MetricKind) -> String {
        switch kind {
        case .cka: "its centred Gram matrix is zero"
        case .unbiasedCKA: "its unbiased self term is zero up to rounding"
        case .cknna: "its self term is not positive"
        case .svcca: "no column of its features varies"
        case .rsa: "all similarities between its samples are the same"
        case .distanceCorrelation: "its centred distances are zero up to rounding"
        case .ckaRBF: "the median distance between its samples is 0"
        case .procrustes: "its centred features are zero"
        case .mutualKNN, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN: "it has no neighbour lists"
        }
    }
}
