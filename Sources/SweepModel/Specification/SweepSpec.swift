/// What a sweep compares and how: the values of a sweep specification, flags merged in, checked.
package struct SweepSpec: Hashable, Codable, Sendable {
    /// How values are clipped before normalisation.
    package enum Clip: Hashable, Codable, Sendable {
        case none
        /// The quantile q of magnitudes at which values are clipped.
        case quantile(Double)
    }

    /// Whose magnitudes decide the clip threshold (Schemas/metrics.md, *Preparation*).
    package enum ClipScope: String, CaseIterable, Codable, Sendable {
        /// All layers of a model together.
        case model
        /// Each layer by itself.
        case layer
        /// Each sample by itself, averaged over samples.
        case sampleMean = "sample_mean"
    }

    /// How rows are normalised.
    package enum Normalization: String, CaseIterable, Codable, Sendable {
        case l2
        case none
    }

    /// Which layers of each model take part.
    package enum LayerSelection: Hashable, Codable, Sendable {
        case all
        case last
        /// Indices into the model's layers; negative ones count from the end.
        case indices([Int])
        /// Relative depths from 0, the first layer, to 1, the last: t is layer ⌊t (L - 1) + 1/2⌋ of a model's L.
        case depths([Double])
    }

    /// Which samples are compared.
    package enum Samples: String, CaseIterable, Codable, Sendable {
        /// Those of every store, which must be the same.
        case same
        /// Those that all stores have.
        case intersect
    }

    /// The galleries in which scores are expected.
    package enum Gallery: Hashable, Codable, Sendable {
        /// All samples, half of them, a quarter and so on, as far as neighbour lists reach.
        case halves
        /// So many samples each, ascending.
        case sizes([Int])
    }

    package var name = "sweep"
    /// Paths, globs and directories of the x side.
    package var x: [String] = []
    /// The y side; nil for every unordered pair of x.
    package var y: [String]?
    package var metrics: [MetricKind] = [.mutualKNN]
    /// Numbers of neighbours that were listed singly, ascending.
    package var k: [Int] = [10]
    /// Ranges of numbers of neighbours, ascending.
    package var kRanges: [ClosedRange<Int>] = []
    /// Numbers of singular vectors for svcca, ascending.
    package var svccaDimensions: [Int] = [10]
    /// Multiples of the median distance for cka_rbf, ascending.
    package var rbfBandwidths: [Double] = [1]
    package var clip = Clip.quantile(0.95)
    package var clipScope = ClipScope.model
    package var normalize = Normalization.l2
    package var layers = LayerSelection.all
    /// Whether each model has one more layer: all its layers side by side.
    package var concatenate = false
    package var variant = Variant.exact
    /// Whether layers with many tied rows may attain the maximum of neighbour metrics.
    package var keepTied = false
    /// Whether samples of one group are never each other's neighbours.
    package var excludeGroups = false
    package var samples = Samples.same
    package var allowDatasetMismatch = false
    /// Whether models are named by their file rather than by the store's attribute.
    package var nameFromFile = false
    /// A table of scores (CSV) beside those that the stores have; nil where there is none.
    package var scores: String?
    package var seed: UInt64 = 0
    /// Under how many permutations scores are found again; nil where none is calibrated.
    package var permutations: Int?
    /// The metrics that are calibrated; nil for those whose permutations are counted in bit masks.
    package var calibratedMetrics: [MetricKind]?
    /// On how many subsamples scores are found again; nil where none has intervals.
    package var subsamples: Int?
    /// The metrics that have intervals; nil for those of which intervals were shown to hold.
    package var intervalMetrics: [MetricKind]?
    /// Into how many disjoint parts the samples are split, of which each is scored by itself; nil where they are not.
    package var splits: Int?
    /// How many samples are drawn whose neighbours are found; nil for all.
    package var queries: Int?
    /// The galleries whose scores are found; nil for none.
    package var gallery: Gallery?

    package init() {}

    /// Every metric with every parameter, in the order of the results file.
    package var parameterizedMetrics: [Metric] {
        metrics.flatMap { kind in
            switch kind.definition.parameter {
            case .neighbours: k.map { Metric(kind: kind, .neighbours($0)) }
            case .dimensions: svccaDimensions.map { Metric(kind: kind, .dimensions($0)) }
            case .bandwidth: rbfBandwidths.map { Metric(kind: kind, .bandwidth($0)) }
            case nil: [Metric(kind: kind)]
            }
        }
    }

    /// Where scores are calibrated, under which permutations.
    package var permutationPlan: PermutationPlan? {
        guard let permutations else { return nil }
        let chosen = parameterizedMetrics.indices.filter { position in
            let kind = parameterizedMetrics[position].kind
            return calibratedMetrics?.contains(kind) ?? kind.isCountedInMasks
        }
        return PermutationPlan(count: permutations, metrics: chosen, seed: seed)
    }

    /// The metrics that have intervals, by their positions in `parameterizedMetrics`.
    package var subsampledMetrics: [Int] {
        let metrics = parameterizedMetrics
        return subsamples == nil
            ? []
            : metrics.indices.filter { position in
                let kind = metrics[position].kind
                return intervalMetrics?.contains(kind)
                    ?? (kind.definition.subsampling == .validated && kind.hasSubsamples(in: variant))
            }
    }

    /// The metrics that are scored in disjoint parts, likewise: all that can be.
    package var splitMetrics: [Int] {
        let metrics = parameterizedMetrics
        return splits == nil ? [] : metrics.indices.filter { metrics[$0].kind.hasSubsamples(in: variant) }
    }

    /// On which subsamples scores are found again, of so many samples in groups of so many each where there are groups.
    package func subsamplePlans(sampleCount n: Int, groupSizes: [Int]?) -> [SubsamplePlan] {
        let sizes = groupSizes ?? [1]
        // The group that a sample is likely to be of.
        let usual = Double(sizes.reduce(0) { $0 + $1 * $1 }) / Double(max(1, sizes.reduce(0, +)))
        let others = min(n - (sizes.max() ?? 1), SubsamplePlan.longestReach)
        func plan(_ design: SubsamplePlan.Design, _ count: Int?, _ metrics: [Int], share: Int) -> SubsamplePlan? {
            guard let count else { return nil }
            let largest = metrics.compactMap { parameterizedMetrics[$0].k }.max()
            return SubsamplePlan(
                design, count: count, metrics: metrics, seed: seed,
                reach: largest.map { SubsamplePlan.reach(k: $0, share: share, groupSize: usual, most: others) } ?? 0)
        }
        return [
            plan(.halves, subsamples, subsampledMetrics, share: 2),
            plan(.parts, splits, splitMetrics, share: splits ?? 1),
        ].compactMap(\.self)
    }

    /// A curve for each neighbour metric, where ranges of k are asked for.
    package var curves: [MetricCurve] {
        let kinds = metrics.filter(\.isNeighbourMetric)
        // Where nothing limits a range, it may be far too long to be written out.
        guard !kinds.isEmpty, !kRanges.isEmpty else { return [] }
        let ks = Set(kRanges.flatMap(Array.init)).sorted()
        return kinds.map { MetricCurve(kind: $0, ks: ks) }
    }

    /// Whether layers with many tied rows are candidates for the maximum: if kept, and in released code always.
    package var ignoresTies: Bool { keepTied || variant == .reference }
}
