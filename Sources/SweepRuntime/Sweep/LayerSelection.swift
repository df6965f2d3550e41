internal import FeatureStore
internal import SweepModel

/// The layers of a store that take part in a sweep.
enum LayerSelection {
    /// Those that `spec` selects, in order, and all of them side by side where it says so.
    static func layers(
        _ spec: SweepSpec, of store: StoreMetadata
    ) throws(Complaint) -> [(index: Int, name: String, width: Int)] {
        var layers = try indices(spec.layers, of: store).map { ($0, store.layers[$0].name, store.layers[$0].width) }
        if spec.concatenate {
            let width = store.layers.reduce(0) { $0 + $1.width }
            layers.append((PlannedLayer.concatenation, "concatenation", width))
        }
        return layers
    }

    private static func indices(_ layers: SweepSpec.LayerSelection, of store: StoreMetadata) throws(Complaint) -> [Int]
    {
        let count = store.layers.count
        switch layers {
        case .all: return Array(0..<count)
        case .last: return [count - 1]
        case .indices(let indices):
            var chosen: Set<Int> = []
            for index in indices {
                let position = index < 0 ? count + index : index
                guard (0..<count).contains(position) else {
                    throw Complaint(
                        .request, "layer \(index) is asked for, and the store has \(count) layers", at: store.path,
                        advice: "choose layers that every model has")
                }
                chosen.insert(position)
            }
            return chosen.sorted()
        }
    }
}
