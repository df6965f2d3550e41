package import FeatureStore
internal import Foundation
internal import HDF5
internal import SweepModel

/// What `platonic inspect` says of a store, every value of which was checked.
package struct StoreInspection: Sendable {
    private let metadata: StoreMetadata
    private let zeroRows: [String]
    private let clip: ClipPreview

    package init(_ findings: StoreFindings) {
        metadata = findings.metadata
        zeroRows = findings.zeroRows
        clip = ClipPreview(zeroCount: findings.zeroCount, valueCount: findings.valueCount)
    }

    /// For a person.
    package var text: String {
        let widths = metadata.layers.map(\.width)
        let precisions = Set(metadata.layers.map(\.precision.rawValue)).sorted().joined(separator: ", ")
        var lines = [
            "\(TerminalText.safe(metadata.path))",
            "  model     \(TerminalText.safe(metadata.model)) (\(TerminalText.safe(metadata.modality)))",
            "  data set  \(TerminalText.safe(metadata.dataset)), n = \(metadata.sampleCount)",
            "  layers    \(metadata.layers.count), width \(range(widths)), \(precisions), "
                + "'\(TerminalText.safe(metadata.layers.first?.name ?? ""))' to '\(TerminalText.safe(metadata.layers.last?.name ?? ""))'",
            metadata.references == nil
                ? "  size      \(megabytes(metadata.fileBytes)) on disk, \(megabytes(metadata.valueBytes)) of values"
                : "  size      \(megabytes(metadata.fileBytes)) on disk with all models of the file",
        ]
        let network = [
            metadata.attributes["network"]?.text.map { TerminalText.safe($0) },
            metadata.attributes["family"]?.text.map { "family \(TerminalText.safe($0))" },
            metadata.attributes["parameters"]?.integer.map { Int($0).counted("parameter") },
        ].compactMap(\.self)
        if !network.isEmpty { lines.append("  network   \(network.joined(separator: ", "))") }
        if let groups = metadata.sampleGroups {
            lines.append("  groups    \(Set(groups).count.grouped) among the samples")
        }
        if let references = metadata.references {
            lines.append("  holds     no features: \(TerminalText.safe(references.summary))")
            lines.append(
                "  made by   algorithms of version \(references.algorithm), \(TerminalText.safe(references.core))")
            lines.append("  SHA-256   \(TerminalText.safe(references.digest ?? "")), of SHA256SUMS in the file")
            if let licence = references.licence { lines.append("  licence   \(TerminalText.safe(licence))") }
        }
        if !metadata.scores.isEmpty {
            let scores = metadata.scores.sorted { $0.key < $1.key }.map { name, value in
                "\(TerminalText.safe(name)) = \(ScoreTables.number(value))\(metadata.lowerIsBetter.contains(name) ? " (lower is better)" : "")"
            }
            lines.append("  scores    \(scores.joined(separator: ", "))")
        }
        if !zeroRows.isEmpty {
            let shown = zeroRows.prefix(5).map { "'\(TerminalText.safe($0))'" }.joined(separator: ", ")
            lines.append(
                "  warning   all-zero rows, which stay zero when normalised, in \(zeroRows.count.counted("sample")): \(shown)\(zeroRows.count > 5 ? ", …" : "")"
            )
        }
        if let warning = clip.warning { lines.append("  warning   \(warning)") }
        lines += (metadata.warnings ?? []).map { "  warning   \(TerminalText.safe($0))" }
        lines += (metadata.notes ?? []).map { "  note      \(TerminalText.safe($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs.
    package static func json(_ inspections: [StoreInspection]) throws -> String {
        try SafeJSON.document(inspections.map(Document.init))
    }

    private func range(_ values: [Int]) -> String {
        guard let low = values.min(), let high = values.max() else { return "none" }
        return low == high ? "\(low)" : "\(low) to \(high)"
    }

    private func megabytes(_ bytes: Int) -> String { "\(ScoreTables.number(Double(bytes) / 1e6)) MB" }

    private struct Document: Encodable {
        struct Layer: Encodable {
            let index: Int
            let name: String
            let width: Int
            let dtype: String
        }

        let path: String
        let model: String
        let modality: String
        let dataset: String
        let network: String?
        let family: String?
        let parameters: Int64?
        let samples: Int
        let groups: Int?
        let fileBytes: Int
        let layers: [Layer]
        let scores: [String: Double?]
        let lowerIsBetter: [String]
        let zeroRows: [String]
        let zeroShare: Double
        let warnings: [String]
        let notes: [String]
        let references: ReferenceContents?

        init(_ inspection: StoreInspection) {
            let metadata = inspection.metadata
            path = metadata.path
            model = metadata.model
            modality = metadata.modality
            dataset = metadata.dataset
            network = metadata.attributes["network"]?.text
            family = metadata.attributes["family"]?.text
            parameters = metadata.attributes["parameters"]?.integer
            samples = metadata.sampleCount
            groups = metadata.sampleGroups.map { Set($0).count }
            fileBytes = metadata.fileBytes
            layers = metadata.layers.map {
                Layer(index: $0.index, name: $0.name, width: $0.width, dtype: $0.precision.rawValue)
            }
            scores = metadata.scores.mapValues { $0.isFinite ? $0 : nil }
            lowerIsBetter = metadata.lowerIsBetter
            zeroRows = inspection.zeroRows
            zeroShare = inspection.clip.zeroShare
            warnings = [inspection.clip.warning].compactMap(\.self) + (metadata.warnings ?? [])
            notes = metadata.notes ?? []
            references = metadata.references
        }
    }
}
