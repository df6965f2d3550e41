/// What a person wants to know of a metric before choosing it.
package struct MetricDescription: Encodable, Sendable {
    package let metric: String
    package let summary: String
    /// Exchanging x and y leaves every score.
    package let symmetric: Bool
    /// Every pair of samples counts, not only near ones.
    package let global: Bool
    /// Orders count, of neighbours or of similarities, and not only which or how large.
    package let ordinal: Bool
    /// Layer pairs are scored many at once, as a matrix product or by counting; no recurrence or decomposition for each.
    package let batchable: Bool
    /// The parameter in the name of its results; empty where there is none.
    package let parameter: String
    package let range: String
    package let chance: String
    /// How the variants `reference` and `paper` differ; empty where they do not.
    package let variants: String
    package let source: String
    /// Whether `--metric all` computes it.
    package let inAll: Bool

    /// Every metric, in the order of results files.
    package static var all: [MetricDescription] { MetricKind.allCases.map(MetricDescription.init) }

    package init(_ kind: MetricKind) {
        let text = Self.text(kind)
        metric = kind.rawValue
        symmetric = kind.isSymmetric
        global = !kind.isNeighbourMetric
        ordinal = [.lcsKNN, .editDistanceKNN, .rsa].contains(kind)
        batchable = ![.lcsKNN, .editDistanceKNN, .procrustes].contains(kind)
        parameter =
            switch kind {
            case _ where kind.isNeighbourMetric: "k"
            case .svcca: "svcca.dimensions"
            case .ckaRBF: "cka_rbf.bandwidth"
            default: ""
            }
        summary = text.summary
        range = text.range
        chance = text.chance
        variants = text.variants
        source = text.source
        inAll = MetricKind.all.contains(kind)
    }

    private typealias Text = (summary: String, range: String, chance: String, variants: String, source: String)

    private static func text(_ kind: MetricKind) -> Text {
        switch kind {
        case .mutualKNN:
            (
                "share of the k nearest neighbours that two layers have in common", "0 to 1", "k/(n-1)",
                "reference: the maximum over layers starts at 0", "Huh et al. 2024, section 2"
            )
        case .cka:
            (
                "alignment of centred Gram matrices", "0 to 1", "per layer pair, grows with d/n",
                "reference: 1e-6 in the denominator", "Kornblith et al. 2019"
            )
        case .unbiasedCKA:
            (
                "the same with the unbiased HSIC", "may be negative, up to about 1", "0",
                "reference: 1e-6 in the denominator", "Song et al. 2012, eq. 5; Huh et al. 2024"
            )
        case .svcca:
            (
                "overlap of the top singular subspaces of standardised features", "0 to 1", "not known in closed form",
                "", "Raghu et al. 2017; Huh et al. 2024"
            )
        case .cknna:
            (
                "unbiased CKA restricted to common neighbours", "may be negative, up to about 1",
                "not known in closed form",
                "reference: 1e-6 in the denominator; paper: equation 18 as printed", "Huh et al. 2024, appendix A"
            )
        case .cycleKNN:
            (
                "share of samples that come back through y's neighbours and then x's", "0 to 1", "per x layer",
                "reference: x and y exchanged", "Huh et al. 2024, appendix A"
            )
        case .lcsKNN:
            (
                "longest common subsequence of neighbour lists, over k", "0 to 1", "not known in closed form",
                "reference: not divided by k", "Huh et al. 2024, appendix A"
            )
        case .editDistanceKNN:
            (
                "1 - edit distance of neighbour lists, over k", "0 to 1", "not known in closed form",
                "reference: the maximum over layers starts at 0", "Huh et al. 2024, appendix A"
            )
        case .jaccardKNN:
            (
                "common neighbours over all neighbours of either layer", "0 to 1", "hypergeometric mean", "",
                "Klabunde et al. 2023"
            )
        case .rsa:
            (
                "Spearman correlation of all pairs' similarities", "-1 to 1", "0", "", "Kriegeskorte et al. 2008"
            )
        case .distanceCorrelation:
            (
                "bias-corrected distance correlation R* of Euclidean distances", "may be negative, up to 1", "0", "",
                "Székely & Rizzo 2013"
            )
        case .ckaRBF:
            (
                "CKA of Gaussian kernels, as wide as a multiple of the median distance", "0 to 1", "per layer pair", "",
                "Kornblith et al. 2019"
            )
        case .procrustes:
            (
                "angle between features after the best rotation, 1 where it is 0", "0 to 1",
                "not known in closed form", "", "Williams et al. 2021"
            )
        }
    }
}
