import ArgumentParser
import Foundation
import SweepModel

/// The specification of a sweep: a YAML file, and a flag for every key of it. Flags win.
struct SpecOptions: ParsableArguments {
    @Argument(help: "A sweep specification in YAML (Schemas/sweep-spec.schema.json).")
    var spec: String?

    @Option(parsing: .upToNextOption, help: "Feature stores of the x side: files, globs, directories, s3:// and http(s):// URLs.")
    var x: [String] = []

    @Option(parsing: .upToNextOption, help: "Feature stores of the y side; left out: every pair of x.")
    var y: [String] = []

    @Option(
        name: .customLong("metric"), parsing: .upToNextOption,
        help: "Metrics by name ('platonic metrics' lists them), or all.")
    var metrics: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "Numbers of neighbours, and ranges such as 1:100, which give curves (default: 10).")
    var k: [String] = []

    @Option(parsing: .upToNextOption, help: "Numbers of singular vectors for svcca (default: 10).")
    var svccaDimensions: [String] = []

    @Option(
        name: .customLong("cka-rbf-bandwidth"), parsing: .upToNextOption,
        help: "Bandwidths for cka_rbf, as multiples of the median distance (default: 1).")
    var rbfBandwidths: [String] = []

    @Option(help: "The sweep's name.")
    var name: String?

    @Option(help: "Clip values at this quantile of their magnitudes, or none (default: 0.95).")
    var clip: String?

    @Option(help: "Whose magnitudes decide the clip threshold: model, layer or sample_mean (default: model).")
    var clipScope: String?

    @Option(help: "Normalise rows: l2 or none (default: l2).")
    var normalize: String?

    @Option(
        parsing: .upToNextOption,
        help: """
            all, last, indices such as 0 and -1 (from the end), or relative depths such as 0.0 0.5 1.0, which have a point: \
            t is layer t (L - 1) of a model's L, rounded half up (default: all).
            """)
    var layers: [String] = []

    @Flag(help: "Add one pseudo-layer to each model: all its layers side by side.")
    var concatenate = false

    @Option(help: "The variant of the metrics: exact, reference (as in released code) or paper (default: exact).")
    var variant: String?

    @Option(help: "Which samples to compare: same, or intersect for those that all stores have (default: same).")
    var samples: String?

    @Flag(help: "Never take samples of one group for each other's neighbours.")
    var excludeGroups = false

    @Flag(help: "Let layers with many tied rows attain the maximum of neighbour metrics.")
    var keepTied = false

    @Flag(help: "Compare stores although they name different data sets.")
    var allowDatasetMismatch = false

    @Option(help: "Name models by the store's attribute (model) or by its file name (file).")
    var nameFrom: String?

    @Option(help: "The seed of everything random.")
    var seed: String?

    /// The checked specification.
    func read() throws -> SweepSpec {
        var document: SpecEntry?
        if let spec {
            guard let data = FileManager.default.contents(atPath: spec), let text = String(bytes: data, encoding: .utf8)
            else {
                throw Complaint(
                    .request, "the specification cannot be read", at: spec, advice: "name a readable YAML file")
            }
            document = try SpecDocument.parse(text, file: spec)
        }
        var flags: [(key: String, entry: SpecEntry)] = []
        func add(_ key: String, _ flag: String, _ texts: [String]) {
            if !texts.isEmpty { flags.append((key, .flag(flag, texts))) }
        }
        add("x", "x", x)
        add("y", "y", y)
        add("metrics", "metric", metrics)
        add("k", "k", k)
        add("svcca_dimensions", "svcca-dimensions", svccaDimensions)
        add("cka_rbf_bandwidth", "cka-rbf-bandwidth", rbfBandwidths)
        add("name", "name", [name].compactMap(\.self))
        add("clip", "clip", [clip].compactMap(\.self))
        add("clip_scope", "clip-scope", [clipScope].compactMap(\.self))
        add("normalize", "normalize", [normalize].compactMap(\.self))
        add("layers", "layers", layers)
        add("concatenate", "concatenate", concatenate ? ["true"] : [])
        add("exclude_groups", "exclude-groups", excludeGroups ? ["true"] : [])
        add("variant", "variant", [variant].compactMap(\.self))
        add("samples", "samples", [samples].compactMap(\.self))
        add("keep_tied", "keep-tied", keepTied ? ["true"] : [])
        add("allow_dataset_mismatch", "allow-dataset-mismatch", allowDatasetMismatch ? ["true"] : [])
        add("name_from", "name-from", [nameFrom].compactMap(\.self))
        add("seed", "seed", [seed].compactMap(\.self))
        return try SpecReader.read(document: document, flags: flags)
    }
}
