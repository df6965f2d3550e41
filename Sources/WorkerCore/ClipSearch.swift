internal import AlignmentMetrics
internal import FeatureStore
internal import LinearAlgebra
internal import SweepModel

/// Finds a model's clip thresholds while its layers are read for a survey, some rows at a time.
struct ClipSearch {
    /// Calls its argument with all values of a layer once more, some rows at a time.
    typealias Look = ((StoredMatrix) throws -> Void) throws -> Void

    private let clip: SweepSpec.Clip
    private let scope: SweepSpec.ClipScope
    private let layers: [StoredLayer]
    private let sampleCount: Int
    private var modelWide: ClipThreshold?
    /// Of the layer that is being read, where each is clipped by itself.
    private var current: ClipThreshold?
    private var layerwise: [Double] = []

    init(_ clip: SweepSpec.Clip, scope: SweepSpec.ClipScope, layers: [StoredLayer], sampleCount: Int) {
        self.clip = clip
        self.scope = scope
        self.layers = layers
        self.sampleCount = sampleCount
        guard case .quantile(let q) = clip, scope == .model else { return }
        let widths = Set(layers.map { $0.precision.byteSize * 8 })
        let bits = widths.count == 1 ? widths.first ?? 64 : 64
        let count = sampleCount * layers.reduce(0) { $0 + $1.width }
        modelWide = ClipThreshold(quantile: q, valueCount: count, bits: bits)
    }

    /// Takes in some rows of layer `index`, the next one or that which is being read.
    mutating func take(_ values: StoredMatrix, ofLayer index: Int) {
        modelWide?.countFirst(values)
        guard case .quantile(let q) = clip, scope == .layer else { return }
        let layer = layers[index]
        var threshold =
            current
            ?? ClipThreshold(
                quantile: q, valueCount: sampleCount * layer.width, bits: layer.precision.byteSize * 8)
        current = nil
        threshold.countFirst(values)
        current = threshold
    }

    /// All rows of a layer have been taken in; `again` looks at them once more.
    mutating func endLayer(again: Look) throws {
        guard var threshold = current else { return }
        current = nil
        layerwise.append(try threshold.finish(again))
    }

    /// One threshold, or one for each layer.
    ///
    /// - Parameters:
    ///   - again: looks at all layers once more.
    ///   - rows: provides the rows of some samples of a layer.
    mutating func finish(again: Look, rows: (Int, Range<Int>) throws -> StoredMatrix) throws -> [Double] {
        guard case .quantile(let q) = clip else { return [.infinity] }
        switch scope {
        case .model: return [try modelWide?.finish(again) ?? .infinity]
        case .layer: return layerwise
        case .sampleMean:
            return [
                try SampleMeanThreshold.find(
                    quantile: q, sampleCount: sampleCount, widths: layers.map(\.width), rows: rows)
            ]
        }
    }
}
