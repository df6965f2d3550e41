internal import AlignmentMetrics
internal import FeatureStore
internal import LinearAlgebra
internal import SweepModel

/// Finds a model's clip thresholds while its layers are read for a survey.
struct ClipSearch {
    private let clip: SweepSpec.Clip
    private let scope: SweepSpec.ClipScope
    private let layers: [StoredLayer]
    private let sampleCount: Int
    private var modelWide: ClipThreshold?
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

    /// Takes in the next layer.
    mutating func take(_ values: StoredMatrix) {
        modelWide?.countFirst(values)
        guard case .quantile(let q) = clip, scope == .layer else { return }
        let bits =
            switch values {
            case .float16: 16
            case .float32: 32
            case .float64: 64
            }
        var threshold = ClipThreshold(quantile: q, valueCount: values.rows * values.columns, bits: bits)
        threshold.countFirst(values)
        layerwise.append(threshold.finish(layerCount: 1) { _ in values })
    }

    /// One threshold, or one for each layer; `layer` provides layers again that are needed once more.
    mutating func finish(layer: (Int) throws -> StoredMatrix) throws -> [Double] {
        guard case .quantile(let q) = clip else { return [.infinity] }
        switch scope {
        case .model: return [try modelWide?.finish(layerCount: layers.count, layer: layer) ?? .infinity]
        case .layer: return layerwise
        case .sampleMean:
            return [
                try SampleMeanThreshold.find(
                    quantile: q, sampleCount: sampleCount, widths: layers.map(\.width), layer: layer)
            ]
        }
    }
}
