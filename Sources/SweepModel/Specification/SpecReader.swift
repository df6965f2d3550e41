/// Turns entries, of a file and then of flags, into a checked specification.
package enum SpecReader {
    private static let keys = [
        "name", "x", "y", "metrics", "k", "svcca", "cka_rbf", "prepare", "layers", "concatenate", "variant",
        "keep_tied", "exclude_groups", "samples", "allow_dataset_mismatch", "seed", "name_from", "scores",
        "calibrate", "intervals", "gallery", "splits", "queries",
    ]
    /// Keys of nested mappings, and a whole mapping as it should be written.
    private static let nested: [String: (keys: [String], example: String)] = [
        "prepare": (["clip", "clip_scope", "normalize"], "prepare: {clip: 0.95, clip_scope: model, normalize: l2}"),
        "svcca": (["dimensions"], "svcca: {dimensions: [10]}"),
        "cka_rbf": (["bandwidth"], "cka_rbf: {bandwidth: [1.0]}"),
        "calibrate": (["permutations", "metrics"], "calibrate: {permutations: 1000}"),
        "intervals": (["subsamples", "metrics"], "intervals: {subsamples: 200}"),
    ]

    /// The specification of `document` (a mapping, or nil), overridden by `flags`. Throws on the first thing that is wrong.
    package static func read(
        document: SpecEntry?, flags: [(key: String, entry: SpecEntry)]
    ) throws(Complaint) -> SweepSpec {
        var spec = SweepSpec()
        if let document, case .mapping(let pairs) = document.value {
            for pair in pairs {
                // Nested keys are flags of their own, but no keys of a file.
                guard keys.contains(pair.key) else { throw unknown(pair.key, "key", among: keys, at: pair.keyPlace) }
                try apply(pair.key, pair.entry, keyPlace: pair.keyPlace, to: &spec)
            }
        }
        for flag in flags { try apply(flag.key, flag.entry, keyPlace: flag.entry.place, to: &spec) }
        guard !spec.x.isEmpty else {
            throw Complaint(
                .request, "no feature stores are named", at: "x",
                advice: "give files, globs or directories with --x or the key 'x'")
        }
        if spec.calibratedMetrics == everyMetric { spec.calibratedMetrics = spec.metrics.filter(\.isPermutable) }
        if spec.intervalMetrics == everyMetric {
            spec.intervalMetrics = spec.metrics.filter { $0.hasSubsamples(in: spec.variant) }
        }
        try ResamplingChecks.calibration(spec).check(spec)
        try ResamplingChecks.intervals(spec).check(spec)
        if spec.splits != nil, spec.splitMetrics.isEmpty {
            throw Complaint(
                .request,
                "nothing is scored in parts: \(spec.metrics.map(\.rawValue).joined(separator: ", ")) cannot be",
                at: "splits", advice: "add mutual_knn with a single k")
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
        case "k": (spec.k, spec.kRanges) = try NeighbourCounts.read(entry)
        case "prepare", "svcca", "cka_rbf", "calibrate", "intervals": try mapping(key, entry, &spec)
        case "svcca_dimensions": spec.svccaDimensions = try dimensions(entry)
        case "cka_rbf_bandwidth": spec.rbfBandwidths = try bandwidths(entry)
        case "clip": spec.clip = try clip(entry)
        case "clip_scope": spec.clipScope = try choice(key, entry)
        case "normalize": spec.normalize = try choice(key, entry)
        case "layers": spec.layers = try LayerChoice.read(entry)
        case "concatenate": spec.concatenate = try entry.flag(key)
        case "variant": spec.variant = try choice(key, entry)
        case "keep_tied": spec.keepTied = try entry.flag(key)
        case "exclude_groups": spec.excludeGroups = try entry.flag(key)
        case "samples": spec.samples = try choice(key, entry)
        case "allow_dataset_mismatch": spec.allowDatasetMismatch = try entry.flag(key)
        case "name_from": spec.nameFromFile = try choice(["model", "file"], key, entry) == "file"
        case "scores": spec.scores = try entry.text(key)
        case "calibrate_permutations":
            spec.permutations = try count("permutations", entry, in: PermutationPlan.counts, such: 1000)
        case "calibrate_metrics": spec.calibratedMetrics = try resampled(entry)
        case "intervals_subsamples":
            spec.subsamples = try count("subsamples", entry, in: SubsamplePlan.counts(.halves), such: 200)
        case "splits": spec.splits = try count("splits", entry, in: SubsamplePlan.counts(.parts), such: 5)
        case "gallery": spec.gallery = try gallery(entry)
        case "queries": spec.queries = try count(key, entry, in: 2...QueryPlan.mostQueries, such: 1024)
        case "intervals_metrics": spec.intervalMetrics = try resampled(entry)
        case "seed":
            let seed = try entry.integer(key)
            guard seed >= 0 else {
                throw entry.complaint("'seed' is \(seed)", advice: "give a whole number from 0 up")
            }
            spec.seed = UInt64(seed)
        default:
            throw unknown(key, "key", among: keys, at: keyPlace)
        }
    }

    private static func mapping(_ key: String, _ entry: SpecEntry, _ spec: inout SweepSpec) throws(Complaint) {
        let known = nested[key]?.keys ?? []
        guard case .mapping(let pairs) = entry.value else {
            throw entry.complaint("'\(key)' is not a mapping", advice: "write \(nested[key]?.example ?? key)")
        }
        for pair in pairs {
            guard known.contains(pair.key) else {
                throw unknown(pair.key, "key of '\(key)'", among: known, at: pair.keyPlace)
            }
            // As a flag, what belongs to a metric carries its name.
            let flat = key == "prepare" ? pair.key : "\(key)_\(pair.key)"
            try apply(flat, pair.entry, keyPlace: pair.keyPlace, to: &spec)
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
                for kind in MetricKind.all where !kinds.contains(kind) { kinds.append(kind) }
                continue
            }
            guard let kind = MetricKind(rawValue: name) else {
                throw unknown(name, "metric", among: MetricKind.allCases.map(\.rawValue), at: item.place)
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        guard !kinds.isEmpty else {
            throw entry.complaint("'metrics' is empty", advice: "name at least one, such as mutual_knn")
        }
        return kinds
    }

    private static func gallery(_ entry: SpecEntry) throws(Complaint) -> SweepSpec.Gallery {
        let items = try entry.items("gallery")
        if items.count == 1, try items[0].text("gallery") == "halves" { return .halves }
        var sizes: Set<Int> = []
        for item in items { sizes.insert(try item.integer("gallery")) }
        guard (1...GalleryPlan.mostSizes).contains(sizes.count) else {
            throw entry.complaint(
                "'gallery' has \(sizes.count) sizes",
                advice: "write halves, or from 1 to \(GalleryPlan.mostSizes) sizes such as [128, 256, 512]")
        }
        return .sizes(sizes.sorted())
    }

    private static func count(_ name: String, _ entry: SpecEntry, in range: ClosedRange<Int>, such: Int)
        throws(Complaint) -> Int
    {
        let count = try entry.integer(name)
        guard range.contains(count) else {
            throw entry.complaint(
                "'\(name)' is \(count)",
                advice: "give from \(range.lowerBound) to \(range.upperBound) \(name), such as \(such)")
        }
        return count
    }

    /// What `all` stands for, until it is known which metrics there are.
    private static var everyMetric: [MetricKind] { MetricKind.allCases }

    /// Metrics that are scored again and again.
    private static func resampled(_ entry: SpecEntry) throws(Complaint) -> [MetricKind] {
        for item in try entry.items("metrics") where try item.text("metrics") == "all" { return everyMetric }
        return try metrics(entry)
    }

    private static func dimensions(_ entry: SpecEntry) throws(Complaint) -> [Int] {
        var counts: Set<Int> = []
        for item in try entry.items("dimensions") {
            let count = try item.integer("dimensions")
            guard (1...largestDimension).contains(count) else {
                throw item.complaint(
                    "'dimensions' is \(count)", advice: "give from 1 to \(largestDimension) singular vectors")
            }
            counts.insert(count)
        }
        guard !counts.isEmpty else { throw entry.complaint("'dimensions' is empty", advice: "write [10]") }
        return counts.sorted()
    }

    /// Beyond so many singular vectors a basis is no summary any more.
    private static let largestDimension = 1000

    private static let mostBandwidths = 100

    private static func bandwidths(_ entry: SpecEntry) throws(Complaint) -> [Double] {
        var factors: Set<Double> = []
        for item in try entry.items("bandwidth") {
            let text = try item.text("bandwidth")
            guard let factor = Double(text), Metric.bandwidths.contains(factor) else {
                throw item.complaint(
                    "'bandwidth' is '\(text)', a multiple of the median distance was expected",
                    advice: "give a number above 0, such as 1.0, from 1e-100 to 1e100")
            }
            factors.insert(factor)
        }
        guard !factors.isEmpty else { throw entry.complaint("'bandwidth' is empty", advice: "write [1.0]") }
        guard factors.count <= mostBandwidths else {
            throw entry.complaint(
                "'bandwidth' has \(factors.count) values, \(mostBandwidths) at most were expected",
                advice: "give fewer: each is a matrix over all pairs of samples for every layer")
        }
        return factors.sorted()
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

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ entry: SpecEntry
    ) throws(Complaint) -> Value {
        let text = try choice(Value.allCases.map(\.rawValue), key, entry)
        guard let value = Value(rawValue: text) else {
            throw entry.complaint("'\(key)' is '\(text)'", advice: "leave it out")
        }
        return value
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
