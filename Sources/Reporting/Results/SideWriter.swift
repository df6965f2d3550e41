internal import FeatureStore
internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes what the results say of the models and layers of one side, x or y.
struct SideWriter {
    let side: String
    /// Positions in the plan's models and layers.
    let models: [Int]
    let layers: [Int]
    let sweep: FinishedSweep
    let stores: [StoreMetadata]

    func write(_ root: borrowing HDF5Group) throws(HDF5Error) {
        let plan = sweep.plan
        let names = try root.createDataset(side, shape: [models.count], strings: models.map { plan.models[$0].name })
        try names.makeScale(named: side)
        let layerAxis = try root.createDataset(
            "\(side)_layer", shape: [layers.count], values: layers.indices.map { Int32(clamping: $0) })
        try layerAxis.makeScale(named: "\(side)_layer")

        let modelPosition = Dictionary(uniqueKeysWithValues: models.enumerated().map { ($1, Int32(clamping: $0)) })
        try numbers(root, "layer_model", layers.map { modelPosition[plan.layers[$0].model] ?? -1 }, layerAxis)
        try numbers(root, "layer_index", layers.map { Int32(clamping: plan.layers[$0].index) }, layerAxis)
        try texts(root, "layer_name", layers.map { plan.layers[$0].name }, layerAxis)
        try texts(root, "layer_label", layers.map { plan.label(ofLayer: $0) }, layerAxis)
        try numbers(
            root, "layer_tied", layers.map { sweep.layers[$0]?.neighbourhood?.tiedShares.max() ?? .nan }, layerAxis)
        try numbers(
            root, "layer_clipped", layers.map { sweep.layers[$0]?.diagnostics.clippedShare ?? .nan }, layerAxis)

        let chosen = models.map { stores[$0] }
        // What no table holds is no value: states that earlier builds left may have such attributes.
        let attributes = chosen.map { $0.attributes.filter(\.value.isTabular) }
        for (name, column) in Self.columns("attr", attributes.flatMap(\.keys)) where name != "model" {
            try attribute(root, column, attributes.map { $0[name] }, names)
            try root.dataset("\(side)_\(column)").setAttribute("name", to: name)
        }
        for (name, column) in Self.columns("score", chosen.flatMap(\.scores.keys)) {
            try numbers(root, column, chosen.map { $0.scores[name] ?? .nan }, names)
            let isLowerBetter = chosen.contains { $0.lowerIsBetter.contains(name) }
            let dataset = try root.dataset("\(side)_\(column)")
            try dataset.setAttribute("name", to: name)
            try dataset.setAttribute("lower_is_better", to: Int64(isLowerBetter ? 1 : 0))
        }
    }

    /// The values of one store attribute as a column: integers with -1 for unknown, numbers with NaN, otherwise texts.
    private func attribute(
        _ root: borrowing HDF5Group, _ column: String, _ values: [AttributeValue?], _ axis: borrowing HDF5Dataset
    ) throws(HDF5Error) {
        let present = values.compactMap(\.self)
        if present.allSatisfy({ $0.integer != nil }) {
            try numbers(root, column, values.map { $0?.integer ?? -1 }, axis)
        } else if present.allSatisfy({ $0.number != nil }) {
            try numbers(root, column, values.map { $0?.number ?? .nan }, axis)
        } else {
            try texts(root, column, values.map { $0.map(Self.text) ?? "" }, axis)
        }
    }

    private static func text(_ value: AttributeValue) -> String {
        if let texts = value.texts { return texts.joined(separator: ", ") }
        return value.integer.map(String.init) ?? value.number.map { "\($0)" } ?? ""
    }

    /// The names, each once and in order, with those of their datasets: slashes would make groups of `vtab/caltech101`, and
    /// names that are the same without them are numbered.
    private static func columns(_ prefix: String, _ names: [String]) -> [(name: String, column: String)] {
        var taken: Set<String> = []
        return Set(names).sorted().map { name in
            let plain = "\(prefix)_" + name.split(separator: "/").joined(separator: "_")
            var column = plain
            var number = 2
            while !taken.insert(column).inserted {
                column = "\(plain)_\(number)"
                number += 1
            }
            return (name, column)
        }
    }

    private func numbers<Element: HDF5Element>(
        _ root: borrowing HDF5Group, _ name: String, _ values: [Element], _ axis: borrowing HDF5Dataset
    ) throws(HDF5Error) {
        let dataset = try root.createDataset("\(side)_\(name)", shape: [values.count], values: values)
        try dataset.attachScale(axis, toDimension: 0)
    }

    private func texts(
        _ root: borrowing HDF5Group, _ name: String, _ values: [String], _ axis: borrowing HDF5Dataset
    ) throws(HDF5Error) {
        let dataset = try root.createDataset("\(side)_\(name)", shape: [values.count], strings: values)
        try dataset.attachScale(axis, toDimension: 0)
    }
}
