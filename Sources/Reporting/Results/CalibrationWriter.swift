internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes what permutations say of the scores of model pairs, into `/statistics/<id>`.
struct CalibrationWriter {
    let plan: SweepPlan
    let calibration: CalibratedScores
    /// Whether whole groups of samples changed places.
    let permutesGroups: Bool

    private typealias Values = CalibratedScores.Values

    /// The datasets of one aggregate, and what is in each; nil where there is no such thing.
    private static func datasets(
        _ aggregate: NullTable.Aggregate
    ) -> [(name: String, values: (Values) -> [Double]?)] {
        let name = aggregate.rawValue
        let own: (String, (Values) -> [Double]?) =
            calibratedName(aggregate).map { ($0, { $0.calibrated }) } ?? (name, { $0.observed })
        return [
            ("\(name)_p", { $0.p }), ("\(name)_q", { $0.q }), ("\(name)_holm", { $0.holm }),
            ("\(name)_threshold", { $0.threshold }), own, ("\(name)_familywise_p", { $0.familywise }),
        ]
    }

    /// The name of the calibrated scores; nil of what has no largest value to calibrate by.
    static func calibratedName(_ aggregate: NullTable.Aggregate) -> String? {
        switch aggregate {
        case .maximum: "calibrated"
        case .lastLayers, .matchedDepth, .mean: "\(aggregate.rawValue)_calibrated"
        case .studentisedMaximum: nil
        }
    }

    /// Takes away all that was written of any metric.
    static func remove(_ root: borrowing HDF5Group) throws(HDF5Error) {
        guard try root.kind(of: "statistics") != nil else { return }
        let statistics = try root.group("statistics")
        for id in try statistics.childNames() where try statistics.kind(of: id) == .group {
            let group = try statistics.group(id)
            for aggregate in NullTable.Aggregate.allCases {
                for (name, _) in datasets(aggregate) where try group.kind(of: name) != nil { try group.remove(name) }
            }
        }
    }

    func write(_ group: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        try group.setAttribute("permutations", to: Int64(calibration.permutations))
        try group.setAttribute("permuted", to: permutesGroups ? "groups" : "samples")
        try group.setAttribute("level", to: CalibratedScores.level)
        try group.setAttribute("family", to: Int64(calibration.familySize))
        try group.setAttribute("least_q", to: calibration.leastQ)
        for aggregate in NullTable.Aggregate.allCases {
            guard let found = calibration.values[aggregate] else { continue }
            for (name, values) in Self.datasets(aggregate) {
                guard let values = values(found) else { continue }
                let dataset = try group.createDataset(
                    name, shape: [plan.xModels.count, plan.yModels.count], values: values)
                try dataset.attachScale(axes.x, toDimension: 0)
                try dataset.attachScale(axes.y, toDimension: 1)
            }
        }
    }
}
