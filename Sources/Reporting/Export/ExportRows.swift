internal import SweepAnalysis

/// One row of a results file in tidy form.
package struct ExportRow: Hashable, Sendable {
    /// A layer of one side: its model, and its index and name where one stands for the row.
    package struct Layer: Hashable, Sendable {
        package let model: String
        package let index: Int?
        package let name: String?
    }

    /// Other parameters than k have no column of their own, and are part of the metric's name.
    package let metric: String
    package let variant: String
    package let k: Int?
    package let x: Layer
    package let y: Layer
    /// NaN where it is undefined or was not computed.
    package let score: Double
    /// The chance level; nil where none is known. One belongs to a layer pair, and not to a maximum over many.
    package let chance: Double?
    package let n: Int
    /// Where a layer pair's score lies among those of random matchings; nil where that is not known. A maximum over many
    /// has no z, and p only where permutations give it.
    package let z: Double?
    package let p: Double?
    package let adjusted: Double?
    /// What permutations say of a model pair's best layer pair, whose p stands in `p`; nil where it was not calibrated, and of layer pairs.
    package let q: Double?
    package let threshold: Double?
    package let calibrated: Double?
    /// How far other samples would move the score, of a model pair with its best layers held fixed; nil where it has no interval.
    package let standardError: Double?
    package let lower: Double?
    package let upper: Double?
    /// The samples whose neighbours were found; nil for all n.
    package let queries: Int?
}

/// Tidy rows of a results file: one a layer pair, or one a model pair.
package struct ExportRows {
    /// What a row is about.
    package enum Level: String, CaseIterable, Sendable {
        case layer
        case model
    }

    private let results: ResultsReader
    private let level: Level

    package init(_ results: ResultsReader, level: Level) {
        self.results = results
        self.level = level
    }

    /// Hands over the rows, those of one row of a metric's matrix at a time.
    package func forEach(_ body: ([ExportRow]) throws -> Void) throws {
        for id in results.metricIDs {
            let metric = try results.scores(of: id)
            switch level {
            case .layer: try layers(metric, body)
            case .model: try models(metric, body)
            }
        }
    }

    private func layers(_ metric: ResultsReader.MetricScores, _ body: ([ExportRow]) throws -> Void) throws {
        let width = results.y.layerModel.count
        let placement = try results.placement(of: metric.id)
        let intervals = try results.intervals(of: metric.id)
        for row in results.x.layerModel.indices {
            try body(
                (0..<width).map { column in
                    let cell = row * width + column
                    return self.row(
                        metric, layer(results.x, row), layer(results.y, column), metric.layerScores[cell],
                        chance: metric.chanceLayer?[cell] ?? metric.chance, z: placement?.z[cell],
                        p: placement?.p[cell],
                        adjusted: placement?.adjusted[cell], standardError: intervals?.standardErrors[cell])
                })
        }
    }

    private func models(_ metric: ResultsReader.MetricScores, _ body: ([ExportRow]) throws -> Void) throws {
        let width = results.y.models.count
        let calibration = try results.calibration(of: metric.id)?.values[.maximum]
        let intervals = try results.intervals(of: metric.id, withLayerScores: false)
        for row in results.x.models.indices {
            try body(
                (0..<width).map { column in
                    let cell = row * width + column
                    return self.row(
                        metric, best(results.x, row, metric.bestXLayer[cell]),
                        best(results.y, column, metric.bestYLayer[cell]), metric.scores[cell], chance: nil,
                        p: calibration?.p[cell], calibration: calibration, cell: cell,
                        standardError: intervals?.bestStandardErrors[cell])
                })
        }
    }

    private func row(
        _ metric: ResultsReader.MetricScores, _ x: ExportRow.Layer, _ y: ExportRow.Layer, _ score: Double,
        chance: Double?, z: Double? = nil, p: Double? = nil, adjusted: Double? = nil,
        calibration: ScoredCalibration.Values? = nil, cell: Int = 0, standardError: Double?
    ) -> ExportRow {
        let ends = standardError.map { ScoredIntervals.ends(score, $0) }
        return ExportRow(
            metric: metric.k == nil ? metric.id : metric.metric, variant: metric.variant, k: metric.k, x: x, y: y,
            score: score, chance: chance, n: results.sampleCount, z: z, p: p, adjusted: adjusted,
            q: calibration?.q[cell],
            threshold: calibration?.threshold[cell], calibrated: calibration?.calibrated?[cell],
            standardError: standardError, lower: ends?.lower, upper: ends?.upper,
            queries: results.queryCount)
    }

    private func layer(_ side: ResultsReader.Side, _ position: Int) -> ExportRow.Layer {
        ExportRow.Layer(
            model: side.models[side.layerModel[position]], index: side.layerIndex[position],
            name: side.layerName[position])
    }

    private func best(_ side: ResultsReader.Side, _ model: Int, _ index: Int) -> ExportRow.Layer {
        let position = side.layerModel.indices.first { side.layerModel[$0] == model && side.layerIndex[$0] == index }
        return position.map { layer(side, $0) } ?? ExportRow.Layer(model: side.models[model], index: nil, name: nil)
    }
}
