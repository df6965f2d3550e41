/// Rows as one JSON document: a list of records, each on a line of its own. What is not known or not defined is null.
package enum JSONExport {
    /// Hands the file's text to `write` piece by piece.
    package static func write(_ rows: ExportRows, _ write: (String) throws -> Void) throws {
        var isFirst = true
        try write("[")
        try rows.forEach { rows in
            var text = ""
            for row in rows {
                text += (isFirst ? "\n" : ",\n") + String(try SafeJSON.line(Record(row: row)).dropLast())
                isFirst = false
            }
            try write(text)
        }
        try write("\n]\n")
    }

    private struct Record: Encodable {
        let row: ExportRow

        enum Key: String, CodingKey {
            case metric, variant, k, score, chance, n, z, p, adjusted, q, threshold, calibrated, lower, upper, queries
            case standardError = "standard_error"
            case xModel = "x_model"
            case xLayer = "x_layer"
            case xLayerName = "x_layer_name"
            case yModel = "y_model"
            case yLayer = "y_layer"
            case yLayerName = "y_layer_name"
        }

        /// Every key stands in every record.
        func encode(to encoder: any Encoder) throws {
            var record = encoder.container(keyedBy: Key.self)
            try record.encode(row.metric, forKey: .metric)
            try record.encode(row.variant, forKey: .variant)
            try record.encode(row.k, forKey: .k)
            try record.encode(row.x.model, forKey: .xModel)
            try record.encode(row.x.index, forKey: .xLayer)
            try record.encode(row.x.name, forKey: .xLayerName)
            try record.encode(row.y.model, forKey: .yModel)
            try record.encode(row.y.index, forKey: .yLayer)
            try record.encode(row.y.name, forKey: .yLayerName)
            try record.encode(row.score.finite, forKey: .score)
            try record.encode(row.chance?.finite, forKey: .chance)
            try record.encode(row.n, forKey: .n)
            try record.encode(row.z?.finite, forKey: .z)
            try record.encode(row.p?.finite, forKey: .p)
            try record.encode(row.adjusted?.finite, forKey: .adjusted)
            try record.encode(row.q?.finite, forKey: .q)
            try record.encode(row.threshold?.finite, forKey: .threshold)
            try record.encode(row.calibrated?.finite, forKey: .calibrated)
            try record.encode(row.standardError?.finite, forKey: .standardError)
            try record.encode(row.lower?.finite, forKey: .lower)
            try record.encode(row.upper?.finite, forKey: .upper)
            try record.encode(row.queries, forKey: .queries)
        }
    }
}
