/// Blocks of memory that nobody uses at the moment, in bounded total, the one that was given back longest ago out first.
struct IdleBlocks: ~Copyable {
    /// At most so many bytes are kept: none at first.
    private(set) var limit = 0
    private(set) var bytes = 0
    private var oldestFirst: [(block: UnsafeMutableRawPointer, bytes: Int)] = []

    deinit { for idle in oldestFirst { idle.block.deallocate() } }

    /// Keeps at most `bytes` bytes from now on.
    mutating func keep(atMost bytes: Int) {
        limit = max(bytes, 0)
        shrink(to: limit)
    }

    /// The block of `wanted` bytes that was given back last: the likeliest to be in a cache still.
    mutating func take(_ wanted: Int) -> UnsafeMutableRawPointer? {
        guard let index = oldestFirst.lastIndex(where: { $0.bytes == wanted }) else { return nil }
        bytes -= wanted
        return oldestFirst.remove(at: index).block
    }

    /// Keeps a block that was allocated with `size` bytes, or frees it where there is no room for it.
    mutating func giveBack(_ block: UnsafeMutableRawPointer, _ size: Int) {
        guard size <= limit else { return block.deallocate() }
        shrink(to: limit - size)
        oldestFirst.append((block, size))
        bytes += size
    }

    private mutating func shrink(to most: Int) {
        while bytes > most, !oldestFirst.isEmpty {
            let oldest = oldestFirst.removeFirst()
            bytes -= oldest.bytes
            oldest.block.deallocate()
        }
    }
}
