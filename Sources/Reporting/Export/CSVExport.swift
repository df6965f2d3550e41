/// Rows as comma-separated values with a header.
package enum CSVExport {
    private static let header =
        "metric,variant,k,x_model,x_layer,x_layer_name,y_model,y_layer,y_layer_name,score,chance,n,z,p,adjusted,"
        + "q,threshold,calibrated,standard_error,lower,upper,queries\n"

    /// Hands the file's text to `write` piece by piece.
    package static func write(_ rows: ExportRows, _ write: (String) throws -> Void) throws {
        try write(header)
        try rows.forEach { rows in try write(rows.map(line).joined()) }
    }

    private static func line(_ row: ExportRow) -> String {
        let names = [row.metric, row.variant, row.k.map(String.init) ?? ""] + layer(row.x) + layer(row.y)
        let numbers = [number(row.score), row.chance.map(number) ?? "", String(row.n)]
        let placed = [
            row.z, row.p, row.adjusted, row.q, row.threshold, row.calibrated, row.standardError, row.lower, row.upper,
        ].map { $0.map(number) ?? "" }
        return (names.map(field) + numbers + placed + [row.queries.map(String.init) ?? ""]).joined(separator: ",")
            + "\n"
    }

    private static func layer(_ layer: ExportRow.Layer) -> [String] {
        [layer.model, layer.index.map(String.init) ?? "", layer.name ?? ""]
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
