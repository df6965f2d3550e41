internal import Figures
internal import SweepAnalysis

/// What the page says of a cell of layers against layers where the pointer is, besides its score and the number that marks are by.
enum LayerCellFacts {
    static func facts(_ pair: LayerPair, _ metric: ScoredMetric, _ sweep: SweepScores) -> [HeatmapChart.Fact] {
        let width = sweep.y.layers.count
        /// A number of each cell.
        func numbers(_ number: (Int) -> Double) -> [Double] {
            pair.rows.flatMap { row in pair.columns.map { number(row * width + $0) } }
        }
        var facts: [HeatmapChart.Fact] = []
        if metric.chanceLayers != nil || metric.chance?.isFinite == true {
            facts.append(.init("chance", numbers { metric.chanceLayers?[$0] ?? metric.chance ?? .nan }))
        }
        if case .known(let means, let deviations, let p, _) = metric.placement {
            facts += [
                .init("z", numbers { RandomMatchings.z(metric.layerScores[$0], means[$0], deviations[$0]) }, digits: 3),
                .init("p", numbers { p[$0] }, digits: 3),
            ]
        }
        if let errors = metric.intervals?.standardErrors, !errors.isEmpty {
            let ends = ScoredIntervals.ends(pair.values, numbers { errors[$0] })
            let level = NumberText.brief(100 * ScoredIntervals.level)
            facts.append(.init("\(level) % interval", ends.lower, to: ends.upper, digits: 3))
        }
        return facts
    }
}
