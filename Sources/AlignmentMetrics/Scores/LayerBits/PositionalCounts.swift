/// For each of many cells 64 counters: how many of the words that the cell took in have each bit (a positional population count).
///
/// Counts are kept vertically: plane p of a cell holds bit p of all its 64 counts, so that one word is taken in by a few operations
/// for all 64, and eight words by carry-save adders (Harley & Seal; Muła, Kurz & Lemire 2018) for little more. Before the eight planes
/// overflow they are turned into bytes, eight of them by three rounds of exchanges, and added to wider sums.
final class PositionalCounts {
    /// Counters of a cell.
    static let lanes = 64
    private static let planes = 8
    /// Words between two flushes.
    static let mostWords = 1 << planes - 1

    let cells: Int
    private let words: Scratch<UInt64>
    private let sums: Scratch<UInt32>
    private var taken = 0

    init(cells: Int) {
        self.cells = cells
        words = Scratch(cells * Self.planes, repeating: 0)
        sums = Scratch(cells * Self.lanes, repeating: 0)
    }

    /// Makes sure that every cell can take in `count` (at most 255) words more.
    func reserve(_ count: Int) {
        if taken + count > Self.mostWords { flush() }
        taken += count
    }

    /// The planes of cell 0; those of the others follow. Good while this object lives.
    var planes: UnsafeMutablePointer<UInt64> { words.start }

    /// Takes in `word(0)` to `word(count - 1)`, for which there was made room, at cell `cell` of `planes`.
    @inline(__always)
    static func add(
        to planes: UnsafeMutablePointer<UInt64>, cell: Int, count: Int, _ word: (Int) -> UInt64
    ) {
        let planes = planes + cell * Self.planes
        var (ones, twos, fours) = (planes[0], planes[1], planes[2])
        var next = 0
        while next &+ 8 <= count {
            let pairs = (
                carry(&ones, word(next), word(next &+ 1)), carry(&ones, word(next &+ 2), word(next &+ 3)),
                carry(&ones, word(next &+ 4), word(next &+ 5)), carry(&ones, word(next &+ 6), word(next &+ 7))
            )
            let quads = (carry(&twos, pairs.0, pairs.1), carry(&twos, pairs.2, pairs.3))
            ripple(planes, carry(&fours, quads.0, quads.1))
            next &+= 8
        }
        while next &+ 2 <= count {
            var rest = carry(&ones, word(next), word(next &+ 1))
            rest = carry(&twos, rest)
            ripple(planes, carry(&fours, rest))
            next &+= 2
        }
        if next < count {
            var rest = carry(&ones, word(next))
            rest = carry(&twos, rest)
            ripple(planes, carry(&fours, rest))
        }
        (planes[0], planes[1], planes[2]) = (ones, twos, fours)
    }

    /// A full adder: leaves the sum, returns the carry.
    @inline(__always)
    private static func carry(_ sum: inout UInt64, _ a: UInt64, _ b: UInt64) -> UInt64 {
        let differ = sum ^ a
        let result = (sum & a) | (differ & b)
        sum = differ ^ b
        return result
    }

    @inline(__always)
    private static func carry(_ sum: inout UInt64, _ a: UInt64) -> UInt64 {
        let result = sum & a
        sum ^= a
        return result
    }

    /// Adds eight times the bits of `word`.
    @inline(__always)
    private static func ripple(_ planes: UnsafeMutablePointer<UInt64>, _ word: UInt64) {
        var rest = word
        for plane in 3..<Self.planes { rest = carry(&planes[plane], rest) }
    }

    private func flush() {
        for cell in 0..<cells {
            let planes = words.start + cell * Self.planes
            BitPlanes.interleave(planes)
            let sums = UnsafeMutableRawPointer(self.sums.start + cell * Self.lanes)
                .assumingMemoryBound(to: SIMD8<UInt32>.self)
            for plane in 0..<Self.planes {
                sums[plane] &+= SIMD8(truncatingIfNeeded: BitPlanes.bytes(planes[plane]))
                planes[plane] = 0
            }
        }
        taken = 0
    }

    /// The counts of the first `lanes` bits of `cell`.
    func totals(cell: Int, lanes: Int) -> [Int] {
        if taken > 0 { flush() }
        let sums = self.sums.start + cell * Self.lanes
        return (0..<lanes).map { Int(sums[BitPlanes.place(ofLane: $0)]) }
    }
}

/// Eight words as the bits of 64 numbers below 256: word p holds bit p of each.
enum BitPlanes {
    /// Exchanges bits so that word q holds the whole numbers of lanes q, q + 8, q + 16, …, a byte each.
    @inline(__always)
    static func interleave(_ planes: UnsafeMutablePointer<UInt64>) {
        exchange(planes, distance: 4, mask: 0x0f0f_0f0f_0f0f_0f0f)
        exchange(planes, distance: 2, mask: 0x3333_3333_3333_3333)
        exchange(planes, distance: 1, mask: 0x5555_5555_5555_5555)
    }

    @inline(__always)
    private static func exchange(_ planes: UnsafeMutablePointer<UInt64>, distance: Int, mask: UInt64) {
        let shift = UInt64(truncatingIfNeeded: distance)
        for p in 0..<8 where p & distance == 0 {
            let moved = ((planes[p] &>> shift) ^ planes[p + distance]) & mask
            planes[p + distance] ^= moved
            planes[p] ^= moved &<< shift
        }
    }

    /// The bytes of an interleaved word, lowest lane first.
    @inline(__always)
    static func bytes(_ word: UInt64) -> SIMD8<UInt8> { unsafeBitCast(word.littleEndian, to: SIMD8<UInt8>.self) }

    /// Where the number of `lane` stands among the 64 bytes of interleaved words.
    @inline(__always)
    static func place(ofLane lane: Int) -> Int { lane % 8 * 8 + lane / 8 }
}
