import Foundation

/// One number that a benchmark measured.
package struct BenchmarkRow: Encodable {
    package let name: String
    package let value: Double
    package let unit: String

    package init(name: String, value: Double, unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }

    /// Prints `rows`, a line each, and writes them to the file `json` if there is one.
    package static func report(_ rows: [BenchmarkRow], json: String?) throws {
        for row in rows {
            let name = row.name.padding(toLength: max(58, row.name.count), withPad: " ", startingAt: 0)
            print(name + String(format: "%12.4g ", row.value) + row.unit)
        }
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try encoder.encode(rows).write(to: URL(fileURLWithPath: json))
    }
}
