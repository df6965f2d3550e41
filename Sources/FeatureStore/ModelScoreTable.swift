internal import Foundation
package import SweepModel
internal import SwiftCSV

/// Scores of models from a table beside their stores: a CSV whose first column is `model`, and a column for each score. A name that ends in
/// ` (lower is better)` is that of such a score; an empty field is a score that is not known.
package struct ModelScoreTable {
    private let path: String
    /// By the name of a model.
    private var rows: [String: [String: Double]] = [:]
    private var lowerIsBetter: [String] = []

    private static let mark = " (lower is better)"
    private static let largestFile = 8 << 20
    private static let mostColumns = 1024

    /// Reads the table at `path`. Throws where it is none, where a name occurs twice, and on the first field that is no number.
    package init(path: String) throws(Complaint) {
        self.path = path
        let csv = try Self.table(path)
        func refuse(_ what: String, at line: Int, _ advice: String) -> Complaint {
            Complaint(.request, what, at: "\(path), row \(line)", advice: advice)
        }
        guard csv.header.first?.lowercased() == "model", csv.header.count > 1 else {
            throw refuse(
                "the first row is '\(csv.header.prefix(5).joined(separator: ","))', not the names of columns", at: 1,
                "begin with model,NAME,… where each NAME is that of a score")
        }
        guard csv.header.count <= Self.mostColumns else {
            throw refuse(
                "there are \(csv.header.count.grouped) columns, and at most \(Self.mostColumns.grouped) are read",
                at: 1,
                "leave out scores that are not needed")
        }
        var names: [String] = []
        for column in csv.header.dropFirst() {
            let name = column.hasSuffix(Self.mark) ? String(column.dropLast(Self.mark.count)) : column
            guard !name.isEmpty, name.utf8.count <= StoreLimits.nameBytes, !name.utf8.contains(0), !names.contains(name)
            else {
                throw refuse(
                    "'\(column)' is no name of a score, or occurs twice", at: 1, "give each column a name of its own")
            }
            if name != column { lowerIsBetter.append(name) }
            names.append(name)
        }
        for (position, row) in csv.rows.enumerated() where row.contains(where: { !$0.isEmpty }) {
            guard row.dropFirst(csv.header.count).allSatisfy(\.isEmpty), row.count >= csv.header.count else {
                throw refuse(
                    "there are \(row.count.counted("field")) for \(csv.header.count.counted("column"))",
                    at: position + 2,
                    "put texts with commas in quotation marks, and a comma for each score that is not known")
            }
            guard let model = row.first, !model.isEmpty, rows[model] == nil else {
                throw refuse(
                    "the model '\(row.first ?? "")' is no name, or occurs twice", at: position + 2,
                    "give each model one row")
            }
            var scores: [String: Double] = [:]
            for (name, text) in zip(names, row.dropFirst()) where !text.isEmpty {
                let plain = text.trimmingCharacters(in: .whitespaces)
                guard plain.utf8.allSatisfy("0123456789+-.eE".utf8.contains), let score = Double(plain), score.isFinite
                else {
                    throw refuse(
                        "'\(name)' of '\(model)' is '\(text)', not a number", at: position + 2,
                        "write a number with a point, or nothing where it is not known")
                }
                scores[name] = score
            }
            rows[model] = scores
        }
    }

    private static func table(_ path: String) throws(Complaint) -> EnumeratedCSV {
        guard case .file = FileStatus.of(StorePaths.absolute(path)),
            let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: largestFile + 1) ?? Data()
        else {
            throw Complaint(
                .request, "the table of scores cannot be read", at: path,
                advice: "name a CSV file that you may read")
        }
        guard data.count <= largestFile, let text = String(data: data, encoding: .utf8) else {
            throw Complaint(
                .request, "the table of scores is no text in UTF-8, or has more than \(largestFile >> 20) MiB",
                at: path,
                advice: "save it as CSV in UTF-8")
        }
        do { return try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false) } catch {
            throw Complaint(
                .request, "the table of scores is no CSV: a quotation mark has no other", at: path,
                advice: "put texts with commas or quotation marks in quotation marks, and double those inside")
        }
    }

    /// `stores` with the scores of the models called `names`, and what a user should know of that. Throws where the table has none of them.
    package func added(
        to stores: [StoreMetadata], named names: [String]
    ) throws(Complaint) -> (stores: [StoreMetadata], warnings: [String]) {
        let lacking = names.filter { rows[$0] == nil }
        guard lacking.count < names.count else {
            let known = rows.keys.sorted().prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            throw Complaint(
                .request, "the table of scores has none of the models: it has \(known.isEmpty ? "none at all" : known)",
                at: path,
                advice: "name models in its first column as the sweep does, such as '\(names.first ?? "")'")
        }
        var warnings: [String] = []
        if !lacking.isEmpty {
            let shown = lacking.prefix(5).joined(separator: ", ") + (lacking.count > 5 ? ", …" : "")
            warnings.append("\(path): no scores of \(lacking.count.counted("model")): \(shown)")
        }
        let stores = zip(stores, names).map { store, name in
            var store = store
            for (score, value) in (rows[name] ?? [:]).sorted(by: { $0.key < $1.key }) {
                if let own = store.scores[score], own.isFinite, own != value {
                    warnings.append(
                        "\(path): '\(score)' of \(name) is \(value), and \(own) in its store: the table's is taken")
                }
                store.scores[score] = value
            }
            store.lowerIsBetter = Set(store.lowerIsBetter).union(lowerIsBetter.filter { store.scores[$0] != nil })
                .sorted()
            return store
        }
        return (stores, warnings)
    }
}
