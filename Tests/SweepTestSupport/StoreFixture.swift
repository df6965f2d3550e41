package import HDF5

/// A feature store to be written, right by default; tests break one thing at a time.
package struct StoreFixture {
    package enum Values {
        case float16([UInt16])
        case float32([Float])
        case float64([Double])
    }

    package struct Layer {
        package var name: String
        package var rows: Int
        package var width: Int
        package var values: Values

        package init(name: String, rows: Int, width: Int, values: Values) {
            self.name = name
            self.rows = rows
            self.width = width
            self.values = values
        }
    }

    package var model = "model"
    package var modality = "vision"
    package var dataset = "fixture"
    package var format = "platonic-features"
    package var version: Int64 = 1
    package var ids: [String]
    package var layers: [Layer]
    package var scores: [String: Double] = [:]
    package var lowerIsBetter: [String] = []
    package var textAttributes: [String: String] = [:]
    package var integerAttributes: [String: Int64] = [:]
    package var groups: [Int64]?
    package var chunks: ChunkedStorage?

    package init(ids: [String], layers: [Layer]) {
        self.ids = ids
        self.layers = layers
    }

    /// A store of `samples` x `widths` random float32 features.
    package init(model: String, samples: Int, widths: [Int], seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.init(
            ids: (0..<samples).map { "sample \($0)" },
            layers: widths.enumerated().map { index, width in
                Layer(
                    name: "layer \(index)", rows: samples, width: width,
                    values: .float32(generator.normals(samples, width).map { Float($0) }))
            })
        self.model = model
    }

    /// Writes the store as `path`.
    package func write(_ path: String) throws {
        let file = try HDF5File.create(path)
        try fill(try file.root())
        try file.close()
    }

    private func fill(_ root: borrowing HDF5Group) throws {
        try root.setAttribute("format", to: format)
        try root.setAttribute("version", to: version)
        try root.setAttribute("model", to: model)
        try root.setAttribute("modality", to: modality)
        try root.setAttribute("dataset", to: dataset)
        for (name, text) in textAttributes { try root.setAttribute(name, to: text) }
        for (name, number) in integerAttributes { try root.setAttribute(name, to: number) }
        let samples = try root.createGroup("samples")
        _ = try samples.createDataset("ids", shape: [ids.count], strings: ids)
        if let groups { _ = try samples.createDataset("groups", shape: [ids.count], values: groups) }
        let group = try root.createGroup("layers")
        for (index, layer) in layers.enumerated() {
            let digits = String(index)
            try write(layer, as: String(repeating: "0", count: 4 - digits.count) + digits, in: group)
        }
        guard !scores.isEmpty else { return }
        let scoreGroup = try root.createGroup("scores")
        for (name, score) in scores { try scoreGroup.setAttribute(name, to: score) }
        if !lowerIsBetter.isEmpty { try scoreGroup.setAttribute("lower_is_better", to: lowerIsBetter) }
    }

    private func write(_ layer: Layer, as name: String, in group: borrowing HDF5Group) throws {
        let shape = [layer.rows, layer.width]
        let dataset =
            switch layer.values {
            case .float16(let values):
                try group.createDataset(name, shape: shape, float16BitPatterns: values, chunks: chunks)
            case .float32(let values): try group.createDataset(name, shape: shape, values: values, chunks: chunks)
            case .float64(let values): try group.createDataset(name, shape: shape, values: values, chunks: chunks)
            }
        try dataset.setAttribute("name", to: layer.name)
    }
}
