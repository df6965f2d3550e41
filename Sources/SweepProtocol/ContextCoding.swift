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
                $0.index = Int32(clamping: layer.index)
                $0.name = layer.name
                $0.width = UInt32(clamping: layer.width)
            }
        }
        xModels = plan.xModels.map { UInt32(clamping: $0) }
        yModels = plan.yModels.map { UInt32(clamping: $0) }
        symmetric = plan.isSymmetric
        metrics = plan.metrics.map(Platonic_V1_Metric.init)
        curves = plan.curves.map { curve in
            .with {
                $0.kind = curve.kind.rawValue
                $0.ks = curve.ks.map { UInt32(clamping: $0) }
            }
        }
        variant = plan.variant.rawValue
        ignoresTies = context.ignoresTies
        samplePositions = context.samplePositions?.map { UInt32(clamping: $0) } ?? []
        groups = context.groups?.map { UInt32(bitPattern: $0) } ?? []
        clipScope = context.clipScope.rawValue
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
        guard let variant = Variant(rawValue: message.variant),
            let clipScope = SweepSpec.ClipScope(rawValue: message.clipScope)
        else { throw ProtocolError("the variant or the clip scope is unknown to this version") }
        let samples = Int(message.sampleCount)
        for part in [message.samplePositions.count, message.groups.count] where part != 0 && part != samples {
            throw ProtocolError("the sweep has \(samples) samples, and \(part) positions or groups")
        }
        var metrics: [Metric] = []
        for metric in message.metrics { metrics.append(try Metric(metric)) }
        var curves: [MetricCurve] = []
        for curve in message.curves {
            let ks = curve.ks.map { Int($0) }
            let kind = try metricKind(curve.kind)
            guard kind.isNeighbourMetric, ks.allSatisfy({ (1..<max(samples, 1)).contains($0) }),
                ks == Set(ks).sorted()
            else { throw ProtocolError("the curve of \(curve.kind) has impossible numbers of neighbours") }
            curves.append(MetricCurve(kind: kind, ks: ks))
        }
        self.init(
            plan: SweepPlan(
                sampleCount: samples, models: models, xModels: message.xModels.map { Int($0) },
                yModels: message.symmetric ? nil : message.yModels.map { Int($0) }, metrics: metrics, curves: curves,
                variant: variant),
            artifactDirectory: message.artifactDirectory, artifactToken: message.artifactToken,
            sampleDigest: message.sampleDigest, sampleStore: message.sampleStore,
            samplePositions: message.samplePositions.isEmpty ? nil : message.samplePositions.map { Int($0) },
            groups: message.groups.isEmpty ? nil : message.groups.map { Int32(bitPattern: $0) },
            clip: message.clipQuantile.isFinite ? .quantile(message.clipQuantile) : .none, clipScope: clipScope,
            normalize: message.normalize ? .l2 : .none, ignoresTies: message.ignoresTies)
    }
}
