package import SweepModel

/// What scores of a metric are where the samples of one side are matched at random: their moments over all matchings, from numbers that
/// each layer gives once (Schemas/metrics.md, *Moments under random matching*).
package protocol NullModel: SendableMetatype {
    /// What a layer brings to the moments of every pair that it is in.
    associatedtype Numbers: Codable, Sendable

    /// The metrics whose scores are of this form.
    static var metrics: [MetricKind] { get }

    /// Whether `numbers` can be those of a layer of so many samples, at k neighbours where there are such: of what does not fit no moment
    /// can be asked for.
    static func fits(_ numbers: Numbers, sampleCount: Int, k: Int?) -> Bool

    /// Whether moments are known of scores in `variant`.
    static func holds(in variant: Variant) -> Bool

    /// The moments of the score of two layers.
    static func moments(_ x: Numbers, _ y: Numbers, _ variant: Variant) -> NullMoments

    /// The difference between neighbouring values of a score that counts; 0 of others.
    static func step(sampleCount: Int, k: Int?) -> Double
}

extension NullModel {
    /// The numbers in `text`, where they can be those of a layer of so many samples.
    package static func read(_ text: String, sampleCount: Int, k: Int?) -> Numbers? {
        guard let found = try? SortedJSON.value(Numbers.self, Array(text.utf8)),
            fits(found, sampleCount: sampleCount, k: k)
        else { return nil }
        return found
    }

    fileprivate static func isText(_ text: String, sampleCount: Int, k: Int?) -> Bool {
        read(text, sampleCount: sampleCount, k: k) != nil
    }

    package static func holds(in variant: Variant) -> Bool { variant == .exact }
    package static func step(sampleCount: Int, k: Int?) -> Double { 0 }
}

/// A metric of neighbour lists.
package protocol ListNullModel: NullModel {
    /// The numbers of a layer at each of `ks`.
    static func numbers(of layer: LayerLists, ks: [Int]) -> [Numbers]
}

/// A metric of matrices over pairs of samples.
package protocol MatrixNullModel: NullModel {
    static func numbers(of matrix: NullMatrix) throws -> Numbers
}

/// A symmetric matrix over pairs of samples, as an artifact keeps it.
package enum NullMatrix {
    /// Packed entries.
    case entries(PackedPairs)
    /// Packed entries of a doubly centred kernel, which may be U-centred.
    case kernel(PackedPairs, CentredKernel)
    /// The factor of a centred kernel.
    case factor(FactorRows)
}

/// The models of all metrics that have one.
package enum NullModels {
    private static let all: [any NullModel.Type] = [
        MutualNull.self, JaccardNull.self, CycleNull.self, CentredKernelNull.self, UCentredNull.self, RankNull.self,
    ]

    /// Whether `texts` has by metric id what a layer of so many samples brings to every one of `metrics` that has a model, and nothing else.
    package static func areWhole(_ texts: [String: String], _ metrics: [Metric], sampleCount: Int) -> Bool {
        let modelled = metrics.filter { of($0.kind) != nil }
        return texts.count == modelled.count
            && modelled.allSatisfy { metric in
                guard let text = texts[metric.id], let model = of(metric.kind) else { return false }
                return model.isText(text, sampleCount: sampleCount, k: metric.k)
            }
    }

    /// That of `metric`; nil where no moment of its scores has a closed form.
    package static func of(_ metric: MetricKind) -> (any NullModel.Type)? {
        all.first { $0.metrics.contains(metric) }
    }
}
