import ArgumentParser
import SweepModel

/// Which stores, samples and layers are compared.
struct StoreOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: """
            Feature stores of the x side, one or more: files, globs, directories, s3:// and http(s):// URLs; and files of references \
            (platonic bundle), for the models in them.
            """,
        completion: .stores)
    var x: [String] = []

    @Option(
        parsing: .upToNextOption, help: "The same of the y side, one or more; left out: every pair of x.",
        completion: .stores)
    var y: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: """
            all, last, or one or more indices such as 0 and -1 (from the end) or relative depths such as 0.0 0.5 1.0, which have \
            a point: t is layer t (L - 1) of a model's L, rounded half up (default: all).
            """, completion: .list(["all", "last"]))
    var layers: [String] = []

    @Flag(help: "Add one pseudo-layer to each model: all its layers side by side.")
    var concatenate = false

    @Option(
        help: "Which samples to compare: same, or intersect for those that all stores have (default: same).",
        completion: .values(of: SweepSpec.Samples.self))
    var samples: String?

    @Flag(help: "Compare stores although they name different data sets.")
    var allowDatasetMismatch = false

    @Option(
        help: "Name models by the store's attribute (model) or by its file name (file) (default: model).",
        completion: .list(["model", "file"]))
    var nameFrom: String?

    @Option(
        help: ArgumentHelp(
            """
            A CSV with scores of the models, such as accuracies, beside those that stores have: columns model and one for each score, \
            whose name may end in ' (lower is better)'.
            """, valueName: "file"), completion: .file(extensions: ["csv"]))
    var scores: String?

    var flags: [SpecFlag] {
        [
            SpecFlag("x", x), SpecFlag("y", y), SpecFlag("layers", layers), SpecFlag("concatenate", concatenate),
            SpecFlag("samples", samples), SpecFlag("allow_dataset_mismatch", allowDatasetMismatch),
            SpecFlag("name_from", nameFrom), SpecFlag("scores", scores),
        ]
    }
}

/// What is computed.
struct MetricOptions: ParsableArguments {
    @Option(
        name: .customLong("metric"), parsing: .upToNextOption,
        help: "One or more metrics by name ('platonic metrics' lists them), or all (default: mutual_knn).",
        completion: .metrics)
    var metrics: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "One or more numbers of neighbours, or ranges such as 1:100, which give curves (default: 10).")
    var k: [String] = []

    @Option(parsing: .upToNextOption, help: "One or more numbers of singular vectors for svcca (default: 10).")
    var svccaDimensions: [String] = []

    @Option(
        name: .customLong("cka-rbf-bandwidth"), parsing: .upToNextOption,
        help: "One or more bandwidths for cka_rbf, as multiples of the median distance (default: 1).")
    var rbfBandwidths: [String] = []

    @Option(
        help: "The variant of the metrics: exact, reference (as in released code) or paper (default: exact).",
        completion: .values(of: Variant.self))
    var variant: String?

    @Flag(help: "Never take samples of one group for each other's neighbours.")
    var excludeGroups = false

    @Flag(help: "Let layers with many tied rows attain the maximum of neighbour metrics.")
    var keepTied = false

    var flags: [SpecFlag] {
        [
            SpecFlag("metrics", as: "metric", metrics), SpecFlag("k", k), SpecFlag("svcca_dimensions", svccaDimensions),
            SpecFlag("cka_rbf_bandwidth", rbfBandwidths), SpecFlag("variant", variant),
            SpecFlag("exclude_groups", excludeGroups), SpecFlag("keep_tied", keepTied),
        ]
    }
}

/// What is to be expected of unrelated models.
struct CalibrationOptions: ParsableArguments {
    @Option(
        name: .customLong("calibrate"),
        help: """
            Calibrate the scores of model pairs under so many random permutations of the samples (1000 where no number follows): \
            p, threshold and calibrated score of the maximum over layers, of the last layers and of matched depth.
            """)
    var permutations: String?

    @Option(
        name: .customLong("calibrate-metric"), parsing: .upToNextOption,
        help: """
            One or more metrics to calibrate, or all (default: mutual_knn and jaccard_knn; others take up to a hundred times \
            as long, as 'platonic plan' tells).
            """, completion: .metrics)
    var metrics: [String] = []

    var flags: [SpecFlag] {
        [
            SpecFlag("calibrate_permutations", as: "calibrate", [permutations].compactMap(\.self)),
            SpecFlag("calibrate_metrics", as: "calibrate-metric", metrics),
        ]
    }
}

/// How far other samples would move scores, and what these would be of fewer.
struct IntervalOptions: ParsableArguments {
    @Option(
        name: .customLong("intervals"),
        help: """
            Give every score a standard error and an interval, from so many subsamples of half of the samples (200 where no number \
            follows), or of the groups with --exclude-groups.
            """)
    var subsamples: String?

    @Option(
        name: .customLong("interval-metric"), parsing: .upToNextOption,
        help: """
            One or more metrics that have intervals, or all (default: mutual_knn and unbiased_cka, for which they were shown to hold; \
            cka, jaccard_knn, cka_rbf and distance_correlation on request).
            """, completion: .metrics)
    var metrics: [String] = []

    @Option(
        help:
            "Score so many disjoint parts of the samples by themselves as well, with the metrics that can have intervals."
    )
    var splits: String?

    @Option(
        help: """
            Find the neighbours of so many random samples alone, among all samples: mutual_knn of stores of a million samples, with \
            --gallery in galleries that grow from a hundred samples or so to all.
            """)
    var queries: String?

    @Option(
        parsing: .upToNextOption,
        help: """
            Find the expected mutual_knn in random galleries of so many of the samples: one or more sizes, or halves for all samples, \
            half of them, a quarter and so on (halves where nothing follows).
            """, completion: .list(["halves"]))
    var gallery: [String] = []

    var flags: [SpecFlag] {
        [
            SpecFlag("intervals_subsamples", as: "intervals", [subsamples].compactMap(\.self)),
            SpecFlag("intervals_metrics", as: "interval-metric", metrics), SpecFlag("gallery", gallery),
            SpecFlag("splits", splits), SpecFlag("queries", queries),
        ]
    }
}

/// What is done to values before they are compared.
struct PreparationOptions: ParsableArguments {
    @Option(
        help: "Clip values at this quantile of their magnitudes, or none (default: 0.95).",
        completion: .list(["none", "0.95"]))
    var clip: String?

    @Option(
        help: "Whose magnitudes decide the clip threshold: model, layer or sample_mean (default: model).",
        completion: .values(of: SweepSpec.ClipScope.self))
    var clipScope: String?

    @Option(help: "Normalise rows: l2 or none (default: l2).", completion: .values(of: SweepSpec.Normalization.self))
    var normalize: String?

    var flags: [SpecFlag] {
        [SpecFlag("clip", clip), SpecFlag("clip_scope", clipScope), SpecFlag("normalize", normalize)]
    }
}
