internal import SweepModel
internal import SwiftProtobuf

extension Platonic_V1_SweepContext {
    init(_ context: SweepContext) {
        let plan = context.plan
        artifactDirectory = context.artifactDirectory
        artifactToken = context.artifactToken
        sampleCount = UInt32(clamping: plan.sampleCount)
        sampleDigest = context.sampleDigest
        sampleStore = context.sampleStore
        models = plan.models.map { model in
            .with {
                $0.name = model.name
                $0.path = model.path
                $0.bytes = UInt64(model.bytes)
                $0.firstLayer = UInt32(clamping: model.layers.lowerBound)
                $0.layerCount = UInt32(clamping: model.layers.count)
            }
        }
        layers = plan.layers.map { layer in
            .with {
                $0.index = UInt32(clamping: layer.index)
                $0.name = layer.name
                $0.width = UInt32(clamping: layer.width)
            }
        }
        xModels = plan.xModels.map { UInt32(clamping: $0) }
        yModels = plan.yModels.map { UInt32(clamping: $0) }
        symmetric = plan.isSymmetric
        metrics = plan.metrics.map { metric in
            .with {
                $0.kind = metric.kind.rawValue
                $0.k = UInt32(clamping: metric.k ?? 0)
            }
        }
        clipQuantile =
            switch context.clip {
            case .none: .infinity
            case .quantile(let q): q
            }
        normalize = context.normalize == .l2
    }
}

extension SweepContext {
    init(_ message: Platonic_V1_SweepContext) throws(ProtocolError) {
        var models: [(name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])] = []
        var next = 0
        for model in message.models {
            let count = Int(model.layerCount)
            guard Int(model.firstLayer) == next, count <= message.layers.count - next else {
                throw ProtocolError("the models' layers are not a partition of the layers")
            }
            let layers = message.layers[next..<(next + count)].map { (Int($0.index), $0.name, Int($0.width)) }
            models.append((model.name, model.path, Int(clamping: model.bytes), layers))
            next += count
        }
        let positions = message.xModels + message.yModels
        guard next == message.layers.count, positions.allSatisfy({ $0 < models.count }),
            !message.symmetric || message.xModels == message.yModels
        else { throw ProtocolError("the sweep's models do not fit together") }
        var metrics: [Metric] = []
        for metric in message.metrics {
            guard let kind = MetricKind(rawValue: metric.kind) else {
                throw ProtocolError("the metric '\(metric.kind)' is unknown to this version")
            }
            metrics.append(Metric(kind: kind, k: kind.isNeighbourMetric ? Int(metric.k) : nil))
        }
        self.init(
            plan: SweepPlan(
                sampleCount: Int(message.sampleCount), models: models, xModels: message.xModels.map { Int($0) },
                yModels: message.symmetric ? nil : message.yModels.map { Int($0) }, metrics: metrics),
            artifactDirectory: message.artifactDirectory, artifactToken: message.artifactToken,
            sampleDigest: message.sampleDigest, sampleStore: message.sampleStore,
            clip: message.clipQuantile.isFinite ? .quantile(message.clipQuantile) : .none,
            normalize: message.normalize ? .l2 : .none)
    }
}
