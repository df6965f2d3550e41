/// The common neighbours of two layers in the order in which they enter as k grows: by max(a, b), then by sample, then by rank in B.
///
/// Each rank has a run of places of its own (at most two common neighbours of a sample enter at one rank), so that pairs stand in order
/// as soon as they are found.
struct EnteringPairs {
    struct Pair {
        var sample: Int32
        var neighbour: Int32
        /// The rank from which on the pair the other way round is common too; beyond the lists if it never is.
        var returns: Int
        /// The similarities of both in A and in B.
        var m: Double
        var p: Double
    }

    private let sampleCount: Int
    private let longest: Int
    private let centred: Bool
    private let pairs: Scratch<Pair>
    /// How many pairs each rank has.
    private let counts: Scratch<Int>
    /// The ranks in A and in B of the common neighbours of one sample, by rank in B, and one place to spare.
    private let found: Scratch<UInt64>
    /// For every sample where in A's lists it was seen last, plus one.
    private let places: Scratch<Int>

    /// - Parameter centred: whether similarities are those of the doubly centred Gram matrix.
    init(sampleCount: Int, longest: Int, centred: Bool) {
        self.sampleCount = sampleCount
        self.longest = longest
        self.centred = centred
        pairs = Scratch(uninitialized: longest * 2 * sampleCount)
        counts = Scratch(longest, repeating: 0)
        found = Scratch(longest + 1, repeating: 0)
        places = Scratch(sampleCount, repeating: 0)
    }

    /// The pairs that enter at `rank`.
    func entering(_ rank: Int) -> UnsafeBufferPointer<Pair> {
        UnsafeBufferPointer(start: pairs.start + rank * 2 * sampleCount, count: counts.start[rank])
    }

    func collect(_ a: LayerEntries, _ b: LayerEntries) {
        if centred { collect(a, b, centred: true) } else { collect(a, b, centred: false) }
    }

    @inline(__always)
    private func collect(_ a: LayerEntries, _ b: LayerEntries, centred: Bool) {
        let (longest, run) = (longest, 2 * sampleCount)
        let (pairs, counts, places, found) = (pairs.start, counts.start, places.start, found.start)
        counts.update(repeating: 0, count: longest)
        places.update(repeating: 0, count: sampleCount)
        for i in 0..<sampleCount {
            let (left, right) = (i &* a.k, i &* b.k)
            // Places of earlier samples are lower than all of this one's, so that nothing has to be taken out.
            for rank in 0..<longest { places[Int(a.indices[left &+ rank])] = left &+ 1 &+ rank }
            var kept = 0
            for rank in 0..<longest {
                let place = places[Int(b.indices[right &+ rank])] &- left &- 1
                // Negative for a sample that was not seen, or only in an earlier list. Written in any case and kept if common, by
                // arithmetic and not by a branch: whether it is can not be foretold.
                found[kept] = UInt64(truncatingIfNeeded: place &<< 32 | rank)
                kept &+= 1 &+ (place &>> (Int.bitWidth &- 1))
            }
            for ranks in UnsafeBufferPointer(start: found, count: kept) {
                let (rankA, rankB) = (Int(ranks &>> 32), Int(ranks & 0xffff_ffff))
                let (entryA, entryB) = (left &+ rankA, right &+ rankB)
                let j = Int(b.indices[entryB])
                let entering = max(rankA, rankB)
                let count = counts[entering]
                counts[entering] = count &+ 1
                pairs[entering &* run &+ count] = Pair(
                    sample: Int32(truncatingIfNeeded: i), neighbour: Int32(truncatingIfNeeded: j),
                    returns: max(entering, Int(max(a.returnRanks[entryA], b.returnRanks[entryB]))),
                    m: a.similarity(entryA, i, j, centred: centred), p: b.similarity(entryB, i, j, centred: centred))
            }
        }
    }

    /// Σ over common neighbours of the products of both similarities, for each of `ks`.
    func products(ks: [Int]) -> [Double] {
        var sum = 0.0
        var rank = 0
        return ks.map { k in
            while rank < k {
                for pair in entering(rank) { sum += pair.m * pair.p }
                rank += 1
            }
            return sum
        }
    }
}

/// What a layer has for each entry of its lists, while `body` of `withEntries` runs.
struct LayerEntries {
    let k: Int
    let indices: UnsafePointer<Int32>
    let similarities: UnsafePointer<Double>
    let returnRanks: UnsafePointer<UInt16>
    let rowMeans: UnsafePointer<Double>
    let grandMean: Double

    static func with<Result>(_ layer: LayerNeighbours, _ body: (LayerEntries) -> Result?) -> Result? {
        let (lists, returnRanks) = (layer.lists, layer.returnRanks)
        return lists.indices.withUnsafeBufferPointer { indices in
            lists.similarities.withUnsafeBufferPointer { similarities in
                returnRanks.withUnsafeBufferPointer { returnRanks in
                    lists.rowMeans.withUnsafeBufferPointer { rowMeans in
                        guard let indices = indices.baseAddress, let similarities = similarities.baseAddress,
                            let returnRanks = returnRanks.baseAddress, let rowMeans = rowMeans.baseAddress
                        else { return nil }
                        return body(
                            LayerEntries(
                                k: lists.k, indices: indices, similarities: similarities, returnRanks: returnRanks,
                                rowMeans: rowMeans, grandMean: lists.grandMean))
                    }
                }
            }
        }
    }

    /// The similarity of samples i and j, at `entry` of the lists; if asked for that in the doubly centred Gram matrix.
    @inline(__always)
    func similarity(_ entry: Int, _ i: Int, _ j: Int, centred: Bool) -> Double {
        var value = similarities[entry]
        if centred { value += grandMean - rowMeans[i] - rowMeans[j] }
        return value
    }
}
