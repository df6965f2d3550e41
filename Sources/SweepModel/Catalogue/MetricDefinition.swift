/// All that the program has to know of a metric but how its scores are computed, which is a file under `AlignmentMetrics`.
package struct MetricDefinition: Sendable {
    /// What a metric has one group of results for each of.
    package enum Parameter: Sendable {
        /// Numbers of neighbours: the metric is computed from neighbour lists.
        case neighbours
        /// Numbers of singular vectors.
        case dimensions
        /// Multiples of the median distance.
        case bandwidth
    }

    /// What a person wants to know before choosing the metric.
    package struct Texts: Sendable {
        package let summary: String
        package let range: String
        package let chance: String
        /// How the variants `reference` and `paper` differ; empty where they do not.
        package let variants: String
        package let source: String

        package init(_ summary: String, range: String, chance: String, variants: String = "", source: String) {
            self.summary = summary
            self.range = range
            self.chance = chance
            self.variants = variants
            self.source = source
        }
    }

    /// What is known of intervals by subsamples (Schemas/metrics.md, *Intervals by subsamples*).
    package enum Subsampling: Sendable {
        case validated
        case notValidated
    }

    package let kind: MetricKind
    package let texts: Texts
    package let parameter: Parameter?
    /// The artifact of each of two layers that the score is computed from.
    package let artifact: @Sendable (Metric.Parameter?) -> ArtifactKind
    package let chance: ChanceRule
    /// Why a layer that has the artifact has no score: a clause that ends "… is NaN for m:3: ".
    package let undefined: UndefinedReason

    /// Exchanging x and y leaves every score.
    package var isSymmetric = true
    /// Orders count, of neighbours or of similarities, and not only which or how large.
    package var isOrdinal = false
    /// Layer pairs are scored many at once, as a matrix product or by counting; no recurrence or decomposition for each.
    package var isBatchable = true
    /// Of kernels: whether their alignment is the one by the unbiased HSIC.
    package var isUnbiased = false
    /// Whether `--metric all` computes it.
    package var isInAll = true
    /// The readings in which it differs from the definition.
    package var variants: Set<Variant> = []
    /// What whoever asks for a reading has to be told.
    package var warnings: [Variant: String] = [:]

    /// Of neighbour metrics: seconds for each sample of a layer pair and each place of its list on an ordinary core
    /// (`HostRates.nominal`).
    package var secondsPerPlace = 6e-11
    /// Of neighbour metrics: bytes that a tile takes for each sample and place of the lists of a pair of layers, beside the lists.
    package var bytesPerPlace = 0
    /// Of neighbour metrics whose scores under permutations are counted in bit masks, for many layer pairs at once: the same seconds for one
    /// of them. Others are scored one permutation at a time.
    package var maskedSecondsPerPlace: Double?
    /// So many columns take as long as one.
    package var maskedLanes = 1
    /// Whether scores of subsamples are computed, and whether intervals made of them were shown to cover what they say; nil where they are not.
    package var subsampling: Subsampling?
    /// Of metrics that count: how many make a score of 1, of n samples with k neighbours each. Sums of scores that are equal in these are
    /// tied, which sums of fractions are not.
    package var countsPerUnit: (@Sendable (_ samples: Int, _ k: Int) -> Double)?

    /// A metric called `kind`, computed from the artifact that `artifact` names for its parameter.
    package init(
        _ kind: MetricKind, _ texts: Texts, parameter: Parameter? = nil,
        from artifact: @escaping @Sendable (Metric.Parameter?) -> ArtifactKind, chance: ChanceRule,
        undefined: UndefinedReason, _ change: (inout MetricDefinition) -> Void = { _ in }
    ) {
        self.kind = kind
        self.texts = texts
        self.parameter = parameter
        self.artifact = artifact
        self.chance = chance
        self.undefined = undefined
        change(&self)
    }

    /// A metric of neighbour lists, one group of results for each k.
    package static func ofNeighbours(
        _ kind: MetricKind, _ texts: Texts, chance: ChanceRule, undefined: UndefinedReason = .noLists,
        _ change: (inout MetricDefinition) -> Void = { _ in }
    ) -> MetricDefinition {
        MetricDefinition(
            kind, texts, parameter: .neighbours, from: { _ in .neighbours }, chance: chance, undefined: undefined,
            change)
    }
}

/// The score expected of two unrelated layers: the mean over all permutations of one side's samples.
package enum ChanceRule: Sendable {
    /// One number for all layer pairs, from k (0 for metrics without) and the number of samples that may be a sample's neighbours.
    case uniform(@Sendable (_ k: Int, _ others: Int) -> Double)
    /// For centred kernels K and L with biased alignment: tr K · tr L / ((n - 1)‖K‖‖L‖).
    case kernels
    /// That of the layer through which lists are followed back (`LayerSummary.Neighbourhood.cycleChances`): x, or y in the variant
    /// `reference`.
    case cycles
    /// Not known in closed form.
    case unknown

    package static let zero = ChanceRule.uniform { _, _ in 0 }
}

/// Why a layer that has the artifact of a metric has no score under it.
package struct UndefinedReason: Sendable {
    private let clause: @Sendable (Metric, Bool?) -> String

    /// - Parameter clause: what is said of a layer under a metric, given whether the norm of its kernel is 0 (nil where the metric has no
    ///   kernel, or none is known).
    package init(_ clause: @escaping @Sendable (_ metric: Metric, _ isZeroKernel: Bool?) -> String) {
        self.clause = clause
    }

    package func callAsFunction(_ metric: Metric, isZeroKernel: Bool?) -> String { clause(metric, isZeroKernel) }

    package static let noLists = UndefinedReason { _, _ in "it has no neighbour lists" }

    /// That of a kernel, by what it means that its norm is 0.
    package static func kernel(zero: String) -> UndefinedReason {
        UndefinedReason { _, isZero in isZero == false ? "its product with itself is no finite number" : zero }
    }

    package static let zeroGram = "its centred Gram matrix is zero"
}
