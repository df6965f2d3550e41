/// Turns entries, of a file and then of flags, into a checked specification.
package enum SpecReader {
    private static let keys = [
        "name", "x", "y", "metrics", "k", "svcca", "cka_rbf", "prepare", "layers", "concatenate", "variant",
        "keep_tied", "exclude_groups", "samples", "allow_dataset_mismatch", "seed", "name_from",
    ]
    private static let prepareKeys = ["clip", "clip_scope", "normalize"]

    /// The specification of `document` (a mapping, or nil), overridden by `flags`. Throws on the first thing that is wrong.
    package static func read(
        document: SpecEntry?, flags: [(key: String, entry: SpecEntry)]
    ) throws(Complaint) -> SweepSpec {
        var spec = SweepSpec()
        if let document, case .mapping(let pairs) = document.value {
            for pair in pairs { try apply(pair.key, pair.entry, keyPlace: pair.keyPlace, to: &spec) }
        }
        for flag in flags { try apply(flag.key, flag.entry, keyPlace: flag.entry.place, to: &spec) }
        guard !spec.x.isEmpty else {
            throw Complaint(
                .request, "no feature stores are named", at: "x",
                advice: "give files, globs or directories with --x or the key 'x'")
        }
        return spec
    }

    private static func apply(
        _ key: String, _ entry: SpecEntry, keyPlace: String, to spec: inout SweepSpec
    ) throws(Complaint) {
        switch key {
        case "name": spec.name = try entry.text(key)
        case "x": spec.x = try texts(key, entry)
        case "y": spec.y = try texts(key, entry)
        case "metrics": spec.metrics = try metrics(entry)
        case "k": spec.k = try neighbourCounts(entry)
        case "prepare": try prepare(entry, &spec)
        case "clip": spec.clip = try clip(entry)
        case "clip_scope": try only("model", key, entry)
        case "normalize": spec.normalize = try normalization(entry)
        case "layers": spec.layers = try layers(entry)
        case "variant": try only("exact", key, entry)
        case "keep_tied": spec.keepTied = try entry.flag(key)
        case "concatenate", "exclude_groups": try only("false", key, entry)
        case "samples": try only("same", key, entry)
        case "allow_dataset_mismatch": spec.allowDatasetMismatch = try entry.flag(key)
        case "name_from": spec.nameFromFile = try choice(["model", "file"], key, entry) == "file"
        case "seed":
            let seed = try entry.integer(key)
            guard seed >= 0 else {
                throw entry.complaint("'seed' is \(seed)", advice: "give a whole number from 0 up")
            }
            spec.seed = UInt64(seed)
        case "svcca", "cka_rbf":
            throw entry.complaint(
                "'\(key)' sets up a metric that this version does not compute", advice: "leave the key out")
        default:
            throw unknown(key, "key", among: keys, at: keyPlace)
        }
    }

    private static func prepare(_ entry: SpecEntry, _ spec: inout SweepSpec) throws(Complaint) {
        guard case .mapping(let pairs) = entry.value else {
            throw entry.complaint(
                "'prepare' is not a mapping", advice: "write prepare: {clip: 0.95, clip_scope: model, normalize: l2}")
        }
        for pair in pairs {
            guard prepareKeys.contains(pair.key) else {
                throw unknown(pair.key, "key of 'prepare'", among: prepareKeys, at: pair.keyPlace)
            }
            try apply(pair.key, pair.entry, keyPlace: pair.keyPlace, to: &spec)
        }
    }

    private static func texts(_ key: String, _ entry: SpecEntry) throws(Complaint) -> [String] {
        var texts: [String] = []
        for item in try entry.items(key) { texts.append(try item.text(key)) }
        guard !texts.isEmpty else { throw entry.complaint("'\(key)' is empty", advice: "name at least one store") }
        return texts
    }

    private static func metrics(_ entry: SpecEntry) throws(Complaint) -> [MetricKind] {
        var kinds: [MetricKind] = []
        for item in try entry.items("metrics") {
            let name = try item.text("metrics")
            if name == "all" {
                for kind in MetricKind.available where !kinds.contains(kind) { kinds.append(kind) }
                continue
            }
            guard let kind = MetricKind(rawValue: name) else {
                throw unknown(name, "metric", among: MetricKind.available.map(\.rawValue), at: item.place)
            }
            guard MetricKind.available.contains(kind) else {
                throw item.complaint(
                    "the metric '\(name)' is not available in this version",
                    advice: "choose from \(MetricKind.available.map(\.rawValue).joined(separator: ", "))")
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        guard !kinds.isEmpty else {
            throw entry.complaint("'metrics' is empty", advice: "name at least one, such as mutual_knn")
        }
        return kinds
    }

    private static func neighbourCounts(_ entry: SpecEntry) throws(Complaint) -> [Int] {
        var counts: [Int] = []
        for item in try entry.items("k") {
            let text = try item.text("k")
            guard !text.contains(":") else {
                throw item.complaint(
                    "'k' is the range '\(text)', which this version does not compute",
                    advice: "list the values, such as --k 10 20")
            }
            let k = try item.integer("k")
            guard k >= 1 else { throw item.complaint("'k' is \(k)", advice: "give at least 1 neighbour") }
            if !counts.contains(k) { counts.append(k) }
        }
        guard !counts.isEmpty else { throw entry.complaint("'k' is empty", advice: "give at least one value") }
        return counts.sorted()
    }

    private static func clip(_ entry: SpecEntry) throws(Complaint) -> SweepSpec.Clip {
        let text = try entry.text("clip")
        if text == "none" { return .none }
        guard let q = Double(text), q > 0, q <= 1 else {
            throw entry.complaint(
                "'clip' is '\(text)', a quantile above 0 and up to 1 or none was expected",
                advice: "write a number such as 0.95, or none")
        }
        return .quantile(q)
    }

    private static func normalization(_ entry: SpecEntry) throws(Complaint) -> SweepSpec.Normalization {
        try choice(["l2", "none"], "normalize", entry) == "l2" ? .l2 : .none
    }

    private static func layers(_ entry: SpecEntry) throws(Complaint) -> SweepSpec.LayerSelection {
        let items = try entry.items("layers")
        if items.count == 1, let text = try? items[0].text("layers") {
            if text == "all" { return .all }
            if text == "last" { return .last }
        }
        var indices: [Int] = []
        for item in items { indices.append(try item.integer("layers")) }
        guard !indices.isEmpty else {
            throw entry.complaint("'layers' is empty", advice: "write all, last or a list such as [0, -1]")
        }
        return .indices(indices)
    }

    private static func choice(
        _ allowed: [String], _ key: String, _ entry: SpecEntry
    ) throws(Complaint) -> String {
        let text = try entry.text(key)
        guard allowed.contains(text) else {
            throw entry.complaint(
                "'\(key)' is '\(text)'", advice: "choose from \(allowed.joined(separator: ", "))")
        }
        return text
    }

    /// Accepts the one value that this version computes, and says so of the contract's other ones.
    private static func only(_ value: String, _ key: String, _ entry: SpecEntry) throws(Complaint) {
        let text = try entry.text(key)
        guard text == value else {
            throw entry.complaint(
                "'\(key)' is '\(text)', and this version computes only '\(value)'",
                advice: "leave it out or write \(value)")
        }
    }

    private static func unknown(
        _ name: String, _ noun: String, among candidates: [String], at place: String
    ) -> Complaint {
        let nearest = nearestName(to: name, among: candidates)
        return Complaint(
            .request, "unknown \(noun) '\(name)'", at: place,
            advice: nearest.map { "did you mean '\($0)'?" } ?? "known are \(candidates.joined(separator: ", "))")
    }
}
