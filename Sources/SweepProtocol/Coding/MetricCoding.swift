internal import SweepModel

extension WireSweepContext {
    /// Puts the metrics and curves of `plan` beside each other.
    mutating func setMetrics(_ plan: SweepPlan) {
        metricKinds = plan.metrics.map(\.kind.rawValue)
        metricCounts = plan.metrics.map { UInt32(clamping: $0.k ?? $0.dimensions ?? 0) }
        metricBandwidths = plan.metrics.map { $0.bandwidth ?? 0 }
        curveKinds = plan.curves.map(\.kind.rawValue)
        curveLengths = plan.curves.map { UInt32(clamping: $0.ks.count) }
        curveKs = plan.curves.flatMap { $0.ks.map { UInt32(clamping: $0) } }
    }

    func metrics() throws(ProtocolError) -> [Metric] {
        guard metricKinds.count <= ProtocolLimits.metrics, metricCounts.count == metricKinds.count,
            metricBandwidths.count == metricKinds.count
        else { throw ProtocolError("the sweep's \(metricKinds.count) metrics do not fit their parameters") }
        var metrics: [Metric] = []
        for (position, name) in metricKinds.enumerated() {
            let (count, bandwidth) = (Int(metricCounts[position]), metricBandwidths[position])
            let kind = try metricKind(name)
            let parameter: Metric.Parameter? =
                switch kind.definition.parameter {
                case .neighbours: .neighbours(count)
                case .dimensions: .dimensions(count)
                case .bandwidth: .bandwidth(bandwidth)
                case nil: nil
                }
            let fits =
                switch parameter {
                case .neighbours: (1..<max(Int(sampleCount), 1)).contains(count) && bandwidth == 0
                case .dimensions: (1..<ProtocolLimits.extent).contains(count) && bandwidth == 0
                case .bandwidth: count == 0 && Metric.bandwidths.contains(bandwidth)
                case nil: count == 0 && bandwidth == 0
                }
            guard fits else { throw ProtocolError("the metric \(name) cannot have \(count) and \(bandwidth)") }
            metrics.append(Metric(kind: kind, parameter))
        }
        return metrics
    }

    func curves() throws(ProtocolError) -> [MetricCurve] {
        guard curveKinds.count <= ProtocolLimits.metrics, curveLengths.count == curveKinds.count,
            curveKs.count <= ProtocolLimits.curveValues, curveLengths.reduce(0, { $0 + Int($1) }) == curveKs.count
        else { throw ProtocolError("the sweep's \(curveKinds.count) curves do not fit their numbers of neighbours") }
        var curves: [MetricCurve] = []
        var rest = curveKs[...]
        for (name, length) in zip(curveKinds, curveLengths) {
            let kind = try metricKind(name)
            let ks = rest.prefix(Int(length)).map { Int($0) }
            rest = rest.dropFirst(Int(length))
            guard kind.isNeighbourMetric, zip(ks, ks.dropFirst()).allSatisfy(<), (ks.first ?? 1) > 0,
                (ks.last ?? 0) < max(Int(sampleCount), 1)
            else { throw ProtocolError("the curve of \(name) has impossible numbers of neighbours") }
            curves.append(MetricCurve(kind: kind, ks: ks))
        }
        return curves
    }

    private func metricKind(_ name: String) throws(ProtocolError) -> MetricKind {
        guard let kind = MetricKind(rawValue: name) else {
            throw ProtocolError("the metric '\(name.prefix(40))' is unknown to this version")
        }
        return kind
    }
}
