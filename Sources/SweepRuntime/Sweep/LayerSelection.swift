internal import FeatureStore
internal import SweepModel

/// The layers of a store that take part in a sweep.
struct LayerSelection {
    /// Those that the specification selects, in order, and all of them side by side where it says so.
    let layers: [(index: Int, name: String, width: Int)]
    /// What was asked for and has no layer of its own here.
    let warnings: [String]

    /// Throws where the store has none of the layers that are asked for.
    init(_ spec: SweepSpec, of store: StoreMetadata) throws(Complaint) {
        let chosen = try ChosenLayers(spec.layers, of: store)
        var layers = chosen.positions.sorted().map { ($0, store.layers[$0].name, store.layers[$0].width) }
        if spec.concatenate {
            let width = store.layers.reduce(0) { $0 + $1.width }
            layers.append((PlannedLayer.concatenation, "concatenation", width))
        }
        self.layers = layers
        warnings = chosen.warnings
    }
}

/// The positions that a selection has in a store, and what of it the store has not.
private struct ChosenLayers {
    private(set) var positions: Set<Int> = []
    private(set) var warnings: [String] = []

    init(_ selection: SweepSpec.LayerSelection, of store: StoreMetadata) throws(Complaint) {
        let count = store.layers.count
        switch selection {
        case .all: positions = Set(0..<count)
        case .last: positions = [count - 1]
        case .indices(let indices):
            var wanted: [(text: String, position: Int)] = []
            var lacking = Set<Int>()
            for index in indices {
                // What is negative counts from the end; nothing overflows.
                let position = index < 0 ? count + index : index
                if (0..<count).contains(position) {
                    wanted.append(("\(index)", position))
                } else {
                    lacking.insert(index)
                }
            }
            try checkLacking(indices.filter { lacking.remove($0) != nil }, isAll: wanted.isEmpty, store)
            choose(wanted, "layers", store)
        case .depths(let depths):
            choose(depths.map { ("\($0)", Int(($0 * Double(count - 1) + 0.5).rounded(.down))) }, "depths", store)
        }
    }

    private mutating func checkLacking(_ lacking: [Int], isAll: Bool, _ store: StoreMetadata) throws(Complaint) {
        guard !lacking.isEmpty else { return }
        let count = store.layers.count
        let has = "\(count) \(count == 1 ? "layer" : "layers")"
        let shown = lacking.prefix(10).map(String.init).joined(separator: ", ")
        let rest = lacking.count > 10 ? " and \(lacking.count - 10) more" : ""
        let named = "\(lacking.count == 1 ? "layer" : "layers") \(shown)\(rest)"
        guard !isAll else {
            throw Complaint(
                .request, "\(named) \(lacking.count == 1 ? "is" : "are") asked for, and the store has \(has)",
                at: store.path,
                advice: "leave the store out, or choose layers by relative depth, such as --layers 0.0 0.5 1.0")
        }
        warnings.append(
            "\(store.path): it has \(has), so that it takes part without \(named); relative depths, such as --layers 0.0 1.0, are in every model"
        )
    }

    private mutating func choose(_ wanted: [(text: String, position: Int)], _ noun: String, _ store: StoreMetadata) {
        let texts = Dictionary(grouping: wanted, by: \.position)
        positions = Set(texts.keys)
        for (position, items) in texts.sorted(by: { $0.key < $1.key }) {
            var seen = Set<String>()
            let texts = items.map(\.text).filter { seen.insert($0).inserted }
            guard texts.count > 1 else { continue }
            warnings.append(
                "\(store.path): \(noun) \(texts.joined(separator: " and ")) are one there, layer \(position) of \(store.layers.count)"
            )
        }
    }
}
