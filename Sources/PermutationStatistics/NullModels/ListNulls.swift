package import SweepModel

/// `mutual_knn`: a quadratic form of two neighbour indicators.
package enum MutualNull: ListNullModel {
    package static var metrics: [MetricKind] { [.mutualKNN] }

    package static func numbers(of layer: LayerLists, ks: [Int]) -> [MutualNumbers] { layer.mutualNumbers(ks) }

    package static func fits(_ numbers: MutualNumbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.fits(sampleCount: sampleCount, k: k)
    }

    /// Variants differ in what they make of scores, not in these.
    package static func holds(in variant: Variant) -> Bool { true }

    package static func moments(_ x: MutualNumbers, _ y: MutualNumbers, _ variant: Variant) -> NullMoments {
        x.moments(with: y)
    }

    package static func step(sampleCount: Int, k: Int?) -> Double { 1 / Double(sampleCount * (k ?? 1)) }
}

/// `jaccard_knn`, with the skewness of `mutual_knn`.
package enum JaccardNull: ListNullModel {
    package struct Numbers: Codable, Sendable {
        let own: JaccardNumbers
        let mutual: MutualNumbers
    }

    package static var metrics: [MetricKind] { [.jaccardKNN] }

    package static func numbers(of layer: LayerLists, ks: [Int]) -> [Numbers] {
        zip(ks, layer.mutualNumbers(ks)).map { k, mutual in
            let table = JaccardTables.table(sampleCount: layer.lists.sampleCount, k: k)
            return Numbers(own: JaccardNumbers(layer.pairTypes(k: k), table), mutual: mutual)
        }
    }

    package static func fits(_ numbers: Numbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.mutual.fits(sampleCount: sampleCount, k: k) && numbers.own.fits(sampleCount: sampleCount, k: k)
    }

    package static func moments(_ x: Numbers, _ y: Numbers, _ variant: Variant) -> NullMoments {
        x.own.moments(with: y.own, mutual: x.mutual.moments(with: y.mutual))
    }
}

/// `cycle_knn`, which follows lists from x to y and back, or in the variant `reference` the other way round.
package enum CycleNull: ListNullModel {
    package struct Numbers: Codable, Sendable {
        let own: CycleNumbers
        let types: PairTypes
    }

    package static var metrics: [MetricKind] { [.cycleKNN] }

    package static func numbers(of layer: LayerLists, ks: [Int]) -> [Numbers] {
        ks.map { Numbers(own: CycleNumbers(layer.lists, k: $0), types: layer.pairTypes(k: $0)) }
    }

    package static func fits(_ numbers: Numbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.own.fits(sampleCount: sampleCount, k: k) && numbers.types.fits(sampleCount: sampleCount, k: k)
    }

    package static func holds(in variant: Variant) -> Bool { true }

    package static func moments(_ x: Numbers, _ y: Numbers, _ variant: Variant) -> NullMoments {
        variant == .reference ? y.own.moments(with: x.types) : x.own.moments(with: y.types)
    }

    package static func step(sampleCount: Int, k: Int?) -> Double { 1 / Double(sampleCount) }
}
