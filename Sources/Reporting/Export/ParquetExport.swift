/// Rows as a Parquet file with the columns of the CSV. Undefined scores are NaN; what is not known is null.
package enum ParquetExport {
    /// Rows that are held before they are written, as one row group.
    private static let groupRows = 1 << 16

    /// Hands the file's bytes to `write` piece by piece.
    package static func write(
        _ rows: ExportRows, software: String, _ write: ([UInt8]) throws -> Void
    ) throws {
        var file = ParquetFile(
            columns: [
                ("metric", .text), ("variant", .text), ("k", .int32), ("x_model", .text), ("x_layer", .int32),
                ("x_layer_name", .text), ("y_model", .text), ("y_layer", .int32), ("y_layer_name", .text),
                ("score", .double), ("chance", .double), ("n", .int32), ("z", .double), ("p", .double),
                ("adjusted", .double), ("q", .double), ("threshold", .double), ("calibrated", .double),
                ("standard_error", .double), ("lower", .double), ("upper", .double),
                ("queries", .int32),
            ], createdBy: software)
        var held: [ExportRow] = []
        try write(ParquetFile.magic)
        try rows.forEach { rows in
            held += rows
            guard held.count >= groupRows else { return }
            try write(file.group(columns(of: held)))
            held = []
        }
        if !held.isEmpty { try write(file.group(columns(of: held))) }
        try write(file.footer())
    }

    private static func columns(of rows: [ExportRow]) -> [ParquetFile.Values] {
        [
            .text(rows.map(\.metric)), .text(rows.map(\.variant)), integers(rows.map(\.k)),
            .text(rows.map(\.x.model)), integers(rows.map(\.x.index)), .text(rows.map(\.x.name)),
            .text(rows.map(\.y.model)), integers(rows.map(\.y.index)), .text(rows.map(\.y.name)),
            .double(rows.map(\.score)), .double(rows.map(\.chance)), integers(rows.map(\.n)),
            .double(rows.map(\.z)), .double(rows.map(\.p)), .double(rows.map(\.adjusted)),
            .double(rows.map(\.q)), .double(rows.map(\.threshold)), .double(rows.map(\.calibrated)),
            .double(rows.map(\.standardError)), .double(rows.map(\.lower)), .double(rows.map(\.upper)),
            integers(rows.map(\.queries)),
        ]
    }

    private static func integers(_ values: [Int?]) -> ParquetFile.Values {
        .int32(values.map { $0.flatMap { Int32(exactly: $0) } })
    }
}
