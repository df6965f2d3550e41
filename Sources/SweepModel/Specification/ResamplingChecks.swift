/// What calibration and intervals have in common: some metrics of the sweep are scored again and again.
struct ResamplingChecks {
    /// The key of a specification.
    let key: String
    /// How often; nil where it is not asked for.
    let count: Int?
    /// The metrics that were named; nil where none was.
    let chosen: [MetricKind]?
    let isPossible: (MetricKind) -> Bool
    /// Whether any metric of the sweep is scored again.
    let isUsed: Bool
    let texts: Texts

    struct Texts {
        /// What is done: "cka is to be …".
        let verb: String
        /// What is not computed: "… of svcca are not computed".
        let scores: String
        /// What is not asked for.
        let counted: String
        /// How to ask for it.
        let example: String
        /// What is said where nothing is done, what is done by itself, and which flag names other metrics.
        let nothing: String
        let byItself: String
        let flag: String
    }

    /// Throws where metrics are named that cannot be scored again, or where none is.
    func check(_ spec: SweepSpec) throws(Complaint) {
        let possible = spec.metrics.filter(isPossible).map(\.rawValue).joined(separator: ", ")
        for kind in chosen ?? [] {
            let why: String? =
                !spec.metrics.contains(kind)
                ? "\(kind.rawValue) is to \(texts.verb), and is not among the metrics"
                : isPossible(kind) ? nil : "\(texts.scores) of \(kind.rawValue) are not computed"
            guard let why else { continue }
            throw Complaint(
                .request, why, at: key,
                advice: possible.isEmpty
                    ? "add mutual_knn to the metrics" : "those for which they are computed are \(possible)")
        }
        guard count != nil else {
            guard let kind = chosen?.first else { return }
            throw Complaint(
                .request, "\(kind.rawValue) is to \(texts.verb), and no \(texts.counted) are asked for", at: key,
                advice: texts.example)
        }
        guard !isUsed else { return }
        throw Complaint(
            .request, "\(texts.nothing): by themselves only \(texts.byItself)", at: key,
            advice: possible.isEmpty || spec.k.isEmpty
                ? "add mutual_knn with a single k"
                : "name what is to \(texts.verb) with \(texts.flag): \(possible); 'platonic plan' tells what that takes"
        )
    }
}

extension ResamplingChecks {
    static func calibration(_ spec: SweepSpec) -> ResamplingChecks {
        ResamplingChecks(
            key: "calibrate", count: spec.permutations, chosen: spec.calibratedMetrics, isPossible: \.isPermutable,
            isUsed: spec.permutationPlan?.metrics.isEmpty == false,
            texts: Texts(
                verb: "be calibrated", scores: "permutations", counted: "permutations",
                example: "give --calibrate 1000, or the key calibrate: {permutations: 1000}",
                nothing: "nothing is calibrated", byItself: "mutual_knn and jaccard_knn with a single k are",
                flag: "--calibrate-metric"))
    }

    static func intervals(_ spec: SweepSpec) -> ResamplingChecks {
        ResamplingChecks(
            key: "intervals", count: spec.subsamples, chosen: spec.intervalMetrics,
            isPossible: { $0.hasSubsamples(in: spec.variant) }, isUsed: !spec.subsampledMetrics.isEmpty,
            texts: Texts(
                verb: "have intervals", scores: "scores of subsamples", counted: "subsamples",
                example: "give --intervals 200, or the key intervals: {subsamples: 200}",
                nothing: "nothing has intervals", byItself: "mutual_knn with a single k and unbiased_cka have",
                flag: "--interval-metric"))
    }
}
