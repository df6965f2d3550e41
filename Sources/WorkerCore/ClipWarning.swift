internal import SweepModel

/// What a survey says of clip thresholds of 0.
enum ClipWarning {
    /// - Parameters:
    ///   - thresholds: one of the model, or one for each layer of its store.
    ///   - label: what a layer of the store is called, nil where it takes no part.
    static func warnings(
        _ thresholds: [Double], clip: SweepSpec.Clip, model: String, label: (Int) -> String?
    ) -> [String] {
        let named =
            thresholds.count > 1
            ? thresholds.indices.compactMap { index in label(index).map { ($0, thresholds[index]) } } : []
        let empty = named.filter { $0.1 == 0 }.map(\.0)
        let isAll = named.isEmpty ? thresholds == [0] : empty.count == named.count
        let subjects = isAll ? [model] : empty
        return subjects.compactMap(clip.leavesNothing)
    }
}
