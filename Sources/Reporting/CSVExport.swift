/// Tidy rows of a results file: one a layer pair, or one a model pair.
package struct CSVExport {
    /// What a row is about.
    package enum Level: String, CaseIterable, Sendable {
        case layer
        case model
    }

    private let results: ResultsReader
    private let level: Level

    private static let header =
        "metric,variant,k,x_model,x_layer,x_layer_name,y_model,y_layer,y_layer_name,score,chance,n\n"

    package init(_ results: ResultsReader, level: Level) {
        self.results = results
        self.level = level
    }

    /// Hands the file's text to `write` piece by piece.
    package func write(_ write: (String) throws -> Void) throws {
        try write(Self.header)
        for id in results.metricIDs {
            let metric = try results.scores(of: id)
            switch level {
            case .layer: try writeLayers(metric, write)
            case .model: try writeModels(metric, write)
            }
        }
    }

    private func writeLayers(_ metric: ResultsReader.MetricScores, _ write: (String) throws -> Void) throws {
        let width = results.y.layerModel.count
        for row in results.x.layerModel.indices {
            var text = ""
            for column in 0..<width {
                let cell = row * width + column
                text += line(
                    metric, layer(results.x, row), layer(results.y, column), metric.layerScores[cell],
                    metric.chanceLayer?[cell] ?? metric.chance)
            }
            try write(text)
        }
    }

    private func writeModels(_ metric: ResultsReader.MetricScores, _ write: (String) throws -> Void) throws {
        let width = results.y.models.count
        for row in results.x.models.indices {
            var text = ""
            for column in 0..<width {
                let cell = row * width + column
                // A chance level belongs to one layer pair, not to a maximum over many.
                text += line(
                    metric, best(results.x, row, metric.bestXLayer[cell]),
                    best(results.y, column, metric.bestYLayer[cell]),
                    metric.scores[cell], nil)
            }
            try write(text)
        }
    }

    private func layer(_ side: ResultsReader.Side, _ position: Int) -> [String] {
        [side.models[side.layerModel[position]], String(side.layerIndex[position]), side.layerName[position]]
    }

    private func best(_ side: ResultsReader.Side, _ model: Int, _ index: Int) -> [String] {
        let position = side.layerModel.indices.first { side.layerModel[$0] == model && side.layerIndex[$0] == index }
        return position.map { layer(side, $0) } ?? [side.models[model], "", ""]
    }

    private func line(
        _ metric: ResultsReader.MetricScores, _ x: [String], _ y: [String], _ score: Double, _ chance: Double?
    ) -> String {
        // Other parameters than k have no column of their own, and are part of the name.
        let name = metric.k == nil ? metric.id : metric.metric
        let names = [name, metric.variant, metric.k.map(String.init) ?? ""] + x + y
        let numbers = [Self.number(score), chance.map(Self.number) ?? "", String(results.sampleCount)]
        return (names.map(Self.field) + numbers).joined(separator: ",") + "\n"
    }

    private static func number(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

    /// A field that no spreadsheet takes for a formula: names come from files.
    static func field(_ text: String) -> String {
        var text = text
        // By code points: a combining mark, or \r before \n, makes another Character of these.
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return text }
        var quoted = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return "\"" + String(quoted) + "\""
    }
}
