/// How the lists of two samples i ≠ j of a layer lie to each other, counted over all ordered pairs: whether j is in the list of i, whether
/// i is in that of j, and how many samples the two have in common. The joint distribution of the overlaps of two rows with lists of
/// another layer, under random matchings, depends on nothing else.
package struct PairTypes: Codable, Hashable, Sendable {
    package let sampleCount: Int
    package let k: Int
    /// Pairs of each type (4(k + 1)), in the order of `position`.
    let counts: [Double]

    /// O(Σ_i c_i²), c_i how many lists have sample i: nk² but for hubs.
    package init(_ lists: StoredLists, k: Int) {
        let n = lists.sampleCount
        let sources = ListSources(lists, k: k)
        var counts = [Int](repeating: 0, count: Self.count(k: k))
        var nearby = NearbySamples(count: n)
        for i in 0..<n {
            for rank in 0..<k {
                let l = lists[i, rank]
                nearby.mark(l, .forward)
                for place in sources.starts[l]..<sources.starts[l + 1] { nearby.addCommon(Int(sources.sources[place])) }
            }
            for place in sources.starts[i]..<sources.starts[i + 1] {
                nearby.mark(Int(sources.sources[place]), .backward)
            }
            counts[0] += n - 1
            nearby.takeAll { j, forward, backward, common in
                guard j != i else { return }
                counts[Self.position(forward, backward, common, k: k)] += 1
                counts[0] -= 1
            }
        }
        sampleCount = n
        self.k = k
        self.counts = counts.map { Double($0) }
    }

    /// Whether they can be those of a layer of so many samples.
    func fits(sampleCount: Int, k: Int?) -> Bool {
        self.sampleCount == sampleCount && self.k == k && counts.count == Self.count(k: self.k)
    }

    /// The number of types.
    static func count(k: Int) -> Int { 4 * (k + 1) }

    /// The position of a type.
    @inline(__always)
    static func position(_ forward: Bool, _ backward: Bool, _ common: Int, k: Int) -> Int {
        ((forward ? 2 : 0) + (backward ? 1 : 0)) * (k + 1) + common
    }
}

/// The samples whose lists have to do with one sample's, gathered for one after another.
struct NearbySamples {
    enum Arc: UInt32 {
        case forward = 0x8000_0000
        case backward = 0x4000_0000
    }

    /// The arcs of each sample, and how much it has in common.
    private var states: [UInt32]
    private var touched: [Int32] = []

    init(count: Int) { states = [UInt32](repeating: 0, count: count) }

    @inline(__always)
    mutating func mark(_ sample: Int, _ arc: Arc) {
        if states[sample] == 0 { touched.append(Int32(truncatingIfNeeded: sample)) }
        states[sample] |= arc.rawValue
    }

    @inline(__always)
    mutating func addCommon(_ sample: Int) {
        if states[sample] == 0 { touched.append(Int32(truncatingIfNeeded: sample)) }
        states[sample] += 1
    }

    /// Hands over every sample that was marked or has something in common, in the order in which they came, and forgets them.
    @inline(__always)
    mutating func takeAll(_ body: (_ sample: Int, _ forward: Bool, _ backward: Bool, _ common: Int) -> Void) {
        for sample in touched {
            let state = states[Int(sample)]
            states[Int(sample)] = 0
            body(
                Int(sample), state & Arc.forward.rawValue != 0, state & Arc.backward.rawValue != 0,
                Int(state & 0x3FFF_FFFF))
        }
        touched.removeAll(keepingCapacity: true)
    }
}
