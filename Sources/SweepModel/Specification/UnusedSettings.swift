extension SpecReader {
    /// What a specification was given that changes nothing of it, each in a sentence.
    /// - Parameter spec: what was read of `document` and `flags`.
    package static func unused(
        in spec: SweepSpec, document: SpecEntry?, flags: [(key: String, entry: SpecEntry)]
    ) -> [String] {
        let hasLists = spec.metrics.contains(where: \.isNeighbourMetric)
        let names = spec.metrics.map(\.rawValue).joined(separator: ", ")
        let noLists = "\(names) \(spec.metrics.count == 1 ? "has" : "have") no neighbours"
        let rules: [(keys: [String], isUsed: Bool, why: String)] = [
            (["k"], hasLists, noLists), (["keep_tied"], hasLists, noLists), (["exclude_groups"], hasLists, noLists),
            (["svcca_dimensions", "svcca"], spec.metrics.contains(.svcca), absent(.svcca, names)),
            (["cka_rbf_bandwidth", "cka_rbf"], spec.metrics.contains(.ckaRBF), absent(.ckaRBF, names)),
            (["clip_scope"], spec.clip != .none, "nothing is clipped"),
            (
                ["variant"],
                spec.variant == .exact || spec.metrics.contains { $0.variant(spec.variant) == spec.variant },
                "\(names) \(spec.metrics.count == 1 ? "has" : "have") no variant '\(spec.variant.rawValue)'"
            ),
        ]
        return given(document, flags).compactMap { key, place in
            rules.first { $0.keys.contains(key) && !$0.isUsed }.map { "\(place) is not used: \($0.why)" }
        }
    }

    private static func absent(_ kind: MetricKind, _ names: String) -> String {
        "\(kind.rawValue) is not among the metrics (\(names))"
    }

    /// Every key that was given and is not switched off, with where it stands; of mappings such as `prepare` their keys.
    private static func given(
        _ document: SpecEntry?, _ flags: [(key: String, entry: SpecEntry)]
    ) -> [(key: String, place: String)] {
        var found: [(key: String, place: String)] = []
        if let document, case .mapping(let pairs) = document.value {
            for pair in pairs {
                if pair.key == "prepare", case .mapping(let inner) = pair.entry.value {
                    found += inner.map { ($0.key, "'\($0.key)' (\($0.keyPlace))") }
                } else if (try? pair.entry.flag(pair.key)) != false {
                    found.append((pair.key, "'\(pair.key)' (\(pair.keyPlace))"))
                }
            }
        }
        return found + flags.map { ($0.key, $0.entry.place) }
    }
}
