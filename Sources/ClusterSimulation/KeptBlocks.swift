internal import SweepCost
internal import SweepModel

/// Which blocks of artifacts a worker has in memory, as its cache would have: those used last, as far as they fit.
struct KeptBlocks {
    private var used: [Int: (tick: Int, bytes: Int)] = [:]
    private var bytes = 0
    private var tick = 0

    /// Whether the block `key` has to be read into memory; it is there from then on.
    mutating func misses(_ key: Int, bytes size: Int, limit: Int) -> Bool {
        tick += 1
        if let known = used[key] {
            used[key] = (tick, known.bytes)
            return false
        }
        while bytes > max(0, limit - size), let oldest = used.min(by: { $0.value.tick < $1.value.tick }) {
            used[oldest.key] = nil
            bytes -= oldest.value.bytes
        }
        used[key] = (tick, size)
        bytes += size
        return true
    }
}
