internal import SweepAnalysis

/// Layers as a person reads them: by the names that their stores give them, and by index.
struct LayerNames: Sendable {
    private let names: [String: [Int: String]]

    init(_ sides: [ScoredSide]) {
        var names: [String: [Int: String]] = [:]
        for side in sides {
            for layer in side.layers { names[side.models[layer.model].name, default: [:]][layer.index] = layer.name }
        }
        self.names = names
    }

    /// ", layer 5 (blocks.5)" of a model; empty where there is none.
    func suffix(_ model: String, _ index: Int?) -> String {
        guard let index else { return "" }
        guard index != ScoredLayer.concatenation else { return ", all layers side by side" }
        let name = names[model]?[index] ?? ""
        return ", layer \(index)" + (name.isEmpty ? "" : " (\(name))")
    }

    /// "5 blocks.5" on an axis, "all" for all layers side by side.
    static func tick(_ layer: ScoredLayer) -> String {
        guard layer.index != ScoredLayer.concatenation else { return "all" }
        return layer.name.isEmpty ? "\(layer.index)" : "\(layer.index) \(layer.name)"
    }
}
