internal import SweepCost

/// One host of a cluster: its link, its disk, and what it has in memory and at hand of stores and artifacts.
final class HostModel {
    var up: Link
    var down: Link
    var disk: Link
    /// Blocks of layers all of whose artifacts are at hand, and layers all of whose artifacts are.
    var blocks: Set<Int> = []
    var layers: Set<Int> = []
    /// Stored layers in the page cache, with their bytes, the one that was read first first.
    private var cached: [Int: Int] = [:]
    private var oldestFirst: [Int] = []
    private var cachedBytes = 0
    private let cacheLimit: Int

    init(_ shape: ClusterShape) {
        up = Link(rate: shape.bandwidth)
        down = Link(rate: shape.bandwidth)
        disk = Link(rate: shape.diskRate)
        cacheLimit = shape.pageCacheBytes
    }

    /// Whether the stored layer has to come from the disk; it is in memory from then on, as far as there is room.
    func misses(layer: Int, bytes: Int) -> Bool {
        if cached[layer] != nil { return false }
        guard bytes <= cacheLimit else { return true }
        while cachedBytes > cacheLimit - bytes, !oldestFirst.isEmpty {
            cachedBytes -= cached.removeValue(forKey: oldestFirst.removeFirst()) ?? 0
        }
        cached[layer] = bytes
        oldestFirst.append(layer)
        cachedBytes += bytes
        return true
    }
}
