internal import LinearAlgebra

/// Stored values of layers that were read for a survey and will be wanted again, in bounded memory.
///
/// What does not fit is not kept, and what was read longest ago goes first; a layer that is gone is read once more.
final class FeatureCache {
    private let limitBytes: Int
    private var kept: [Int: StoredMatrix] = [:]
    private var oldestFirst: [Int] = []
    private var bytes = 0

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Keeps the values of `layer`, a position in the plan.
    func keep(_ values: StoredMatrix, layer: Int) {
        let size = values.byteCount
        guard size <= limitBytes, kept[layer] == nil else { return }
        while bytes + size > limitBytes, let oldest = oldestFirst.first { drop(oldest) }
        kept[layer] = values
        oldestFirst.append(layer)
        bytes += size
    }

    /// The values of `layer`, if they are still there.
    func values(of layer: Int) -> StoredMatrix? { kept[layer] }

    /// Forgets the values of `layer`, which nobody needs any more.
    func drop(_ layer: Int) {
        guard let values = kept.removeValue(forKey: layer) else { return }
        bytes -= values.byteCount
        oldestFirst.removeAll { $0 == layer }
    }
}
