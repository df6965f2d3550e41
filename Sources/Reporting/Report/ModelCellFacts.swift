internal import Figures
internal import SweepAnalysis

/// What the page says of a cell of models against models where the pointer is: the layers behind the score, chance, where the score lies
/// among those of random matchings, what permutations say, and its interval, as far as the results have them.
struct ModelCellFacts: Sendable {
    /// X x Y, row-major.
    let facts: [HeatmapChart.Fact]
    /// The layers of the two models that the score is of.
    let parts: HeatmapChart.Parts

    /// - Parameter position: the metric's among those of the sweep.
    init(_ position: Int, _ quantity: ModelHeatmaps.Quantity, _ context: ReportContext) {
        let (sweep, metric) = (context.sweep, context.sweep.metrics[position])
        let matrices = context.matrices[position]
        let layers = Self.layers(metric, quantity, sweep)
        let width = sweep.y.layers.count
        let cells = metric.scores.indices
        parts = HeatmapChart.Parts(
            rows: layers.map { $0.map { LayerNames.tick(sweep.x.layers[$0.row]) } ?? "" },
            columns: layers.map { $0.map { LayerNames.tick(sweep.y.layers[$0.column]) } ?? "" })
        let isLast = quantity == .lastLayers
        let own = isLast ? metric.lastLayers : metric.scores
        /// A number of the layer pair behind each cell.
        func ofLayers(_ number: (Int) -> Double) -> [Double] {
            layers.map { $0.map { number($0.row * width + $0.column) } ?? .nan }
        }
        var facts: [HeatmapChart.Fact] = []
        if quantity == .aboveChance {
            facts.append(.init("score", sweep.isSymmetric ? matrices.maximum : metric.scores))
        } else if sweep.isSymmetric, !metric.isSymmetric, own.count == cells.count {
            // The colour shows the mean of both directions; what follows is of one.
            facts.append(.init("score of row with column", own))
        }
        if metric.chanceLayers != nil || metric.chance?.isFinite == true {
            let chance = ofLayers { metric.chanceLayers?[$0] ?? metric.chance ?? .nan }
            facts.append(.init("chance of these layers", chance))
        }
        if case .known(let means, let deviations, let p, _) = metric.placement {
            let z = ofLayers { RandomMatchings.z(metric.layerScores[$0], means[$0], deviations[$0]) }
            facts += [
                .init("z of these layers", z, digits: 3), .init("p of these layers", ofLayers { p[$0] }, digits: 3),
            ]
        }
        if let aggregate = quantity.aggregate, let calibration = matrices.calibration {
            facts += calibration.facts(aggregate, context)
        }
        if let intervals = metric.intervals, quantity != .aboveChance, own.count == cells.count {
            let errors =
                isLast
                ? (intervals.standardErrors.isEmpty ? [] : ofLayers { intervals.standardErrors[$0] })
                : intervals.bestStandardErrors
            if errors.count == own.count {
                let ends = ScoredIntervals.ends(own, errors)
                let level = NumberText.brief(100 * ScoredIntervals.level)
                facts.append(.init("\(level) % interval", ends.lower, to: ends.upper, digits: 3))
            }
        }
        self.facts = facts
    }

    /// The layer pair behind each cell, as positions in the sides' layers; nil where there is none.
    private static func layers(
        _ metric: ScoredMetric, _ quantity: ModelHeatmaps.Quantity, _ sweep: SweepScores
    ) -> [(row: Int, column: Int)?] {
        guard quantity == .lastLayers else { return LayerPositions.best(metric, sweep) }
        let (rows, columns) = (LayerPositions(sweep.x).last, LayerPositions(sweep.y).last)
        return rows.flatMap { row in
            columns.map { column in row.flatMap { row in column.map { (row, $0) } } }
        }
    }
}
