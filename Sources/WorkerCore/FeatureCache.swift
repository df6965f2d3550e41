internal import LinearAlgebra

/// Stored values of layers that were read for a survey and will be wanted again, in bounded memory.
///
/// For those that are dear to read, from servers or compressed: of others the system keeps the bytes in memory itself, and a page that is
/// new to this process costs more than reading into one that it has. What does not fit is not kept, and what was read longest ago goes
/// first; a layer that is gone is read once more.
final class FeatureCache {
    /// What it keeps at most.
    let limitBytes: Int
    private var kept: [Int: (values: StoredMatrix, digest: String)] = [:]
    private var oldestFirst: [Int] = []
    private(set) var bytes = 0

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Keeps the values of `layer`, a position in the plan, which have `digest`.
    func keep(_ values: StoredMatrix, digest: String, layer: Int) {
        let size = values.byteCount
        guard size <= limitBytes, kept[layer] == nil else { return }
        while bytes + size > limitBytes, let oldest = oldestFirst.first { drop(oldest) }
        kept[layer] = (values, digest)
        oldestFirst.append(layer)
        bytes += size
    }

    /// The values of `layer` and their digest, if they are still there.
    func values(of layer: Int) -> (values: StoredMatrix, digest: String)? { kept[layer] }

    /// Forgets what was read longest ago, `layer` apart, until no more than `limit` bytes are kept or nothing else is.
    func shrink(to limit: Int, but layer: Int) {
        while bytes > limit, let oldest = oldestFirst.first(where: { $0 != layer }) { drop(oldest) }
    }

    /// Forgets the values of `layer`, which nobody needs any more.
    func drop(_ layer: Int) {
        guard let values = kept.removeValue(forKey: layer) else { return }
        bytes -= values.values.byteCount
        oldestFirst.removeAll { $0 == layer }
    }
}
