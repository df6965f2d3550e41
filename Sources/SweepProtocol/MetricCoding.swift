internal import SweepModel

extension Platonic_V1_Metric {
    init(_ metric: Metric) {
        kind = metric.kind.rawValue
        switch metric.parameter {
        case nil: parameter = nil
        case .neighbours(let k): parameter = .k(UInt32(clamping: k))
        case .dimensions(let q): parameter = .dimensions(UInt32(clamping: q))
        case .bandwidth(let b): parameter = .bandwidth(b)
        }
    }
}

extension Metric {
    init(_ message: Platonic_V1_Metric) throws(ProtocolError) {
        let parameter: Parameter? =
            switch message.parameter {
            case nil: nil
            case .k(let k): .neighbours(Int(k))
            case .dimensions(let q): .dimensions(Int(q))
            case .bandwidth(let b): .bandwidth(b)
            }
        self.init(kind: try metricKind(message.kind), parameter)
        let fits =
            switch parameter {
            case nil: !kind.isNeighbourMetric && kind != .svcca && kind != .ckaRBF
            case .neighbours(let k): kind.isNeighbourMetric && k > 0
            case .dimensions(let q): kind == .svcca && q > 0
            case .bandwidth(let b): kind == .ckaRBF && b > 0 && b.isFinite
            }
        guard fits else { throw ProtocolError("the metric \(id) has an impossible parameter") }
    }
}

/// The metric called `name`.
func metricKind(_ name: String) throws(ProtocolError) -> MetricKind {
    guard let kind = MetricKind(rawValue: name) else {
        throw ProtocolError("the metric '\(name)' is unknown to this version")
    }
    return kind
}
