extension SweepSpec {
    /// The specification as canonical YAML: every key, in the contract's order, in one spelling; of calibration, intervals, splits, queries and galleries only where there are such.
    package var canonicalYAML: String {
        var lines = ["name: \(quoted(name))", "x: \(list(x.map(quoted)))"]
        if let y { lines.append("y: \(list(y.map(quoted)))") }
        lines.append("metrics: \(list(metrics.map(\.rawValue)))")
        lines.append("k: \(list(k.map(String.init) + kRanges.map { "\($0.lowerBound):\($0.upperBound)" }))")
        lines.append("svcca: {dimensions: \(list(svccaDimensions.map(String.init)))}")
        lines.append("cka_rbf: {bandwidth: \(list(rbfBandwidths.map { "\($0)" }))}")
        let clipText =
            switch clip {
            case .none: "none"
            case .quantile(let q): "\(q)"
            }
        lines.append(
            "prepare: {clip: \(clipText), clip_scope: \(clipScope.rawValue), normalize: \(normalize.rawValue)}")
        let layerText =
            switch layers {
            case .all: "all"
            case .last: "last"
            case .indices(let indices): list(indices.map(String.init))
            // Never without a point or an exponent, by which they are told from indices.
            case .depths(let depths): list(depths.map { "\($0)" })
            }
        lines += [
            "layers: \(layerText)", "concatenate: \(concatenate)", "variant: \(variant.rawValue)",
            "keep_tied: \(keepTied)", "exclude_groups: \(excludeGroups)", "samples: \(samples.rawValue)",
            "allow_dataset_mismatch: \(allowDatasetMismatch)", "name_from: \(nameFromFile ? "file" : "model")",
            "seed: \(seed)",
        ]
        func chosen(_ metrics: [MetricKind]?) -> String {
            metrics.map { ", metrics: \(list($0.map(\.rawValue)))" } ?? ""
        }
        if let scores { lines.append("scores: \(quoted(scores))") }
        if let permutations { lines.append("calibrate: {permutations: \(permutations)\(chosen(calibratedMetrics))}") }
        if let subsamples { lines.append("intervals: {subsamples: \(subsamples)\(chosen(intervalMetrics))}") }
        if let splits { lines.append("splits: \(splits)") }
        if let queries { lines.append("queries: \(queries)") }
        switch gallery {
        case nil: break
        case .halves: lines.append("gallery: halves")
        case .sizes(let sizes): lines.append("gallery: \(list(sizes.map(String.init)))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    /// A double-quoted YAML scalar.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case " "..."~", "\u{A1}"..."\u{1FFF}", "\u{3001}"..."\u{D7FF}", "\u{10000}"...:
                result.unicodeScalars.append(scalar)
            default:
                // YAML has no place for control characters and byte order marks, and takes some spaces for line ends.
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
