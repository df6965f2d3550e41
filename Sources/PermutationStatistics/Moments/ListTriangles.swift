/// How often the arcs of neighbour lists close, for every k up to their reach K in one pass of O(nK²).
///
/// An arc i→j of rank r is there for all k > r, so that what several arcs make is there for all k above the largest of their ranks.
struct ListTriangles {
    /// Of each k - 1: Σ A_ij A_jl A_li, every triangle counted from each of its corners.
    private(set) var cyclic: [Int]
    /// Of each k - 1: Σ A_ij A_jl A_il.
    private(set) var transitive: [Int]
    /// Of each arc (n x K) the rank of the arc back, K where there is none.
    private(set) var returnRanks: [Int32]

    /// - Parameter k: K, at most the lists' reach.
    init(_ lists: StoredLists, reach k: Int) {
        let n = lists.sampleCount
        let sources = ListSources(lists, k: k)
        // A last element for arcs that are not there.
        cyclic = [Int](repeating: 0, count: k + 1)
        transitive = cyclic
        returnRanks = [Int32](repeating: 0, count: n * k)
        var ranksFrom = [Int](repeating: k, count: n)
        var ranksTo = ranksFrom
        Self.count(lists, sources, k, &ranksFrom, &ranksTo, &cyclic, &transitive, &returnRanks)
        for rank in 1..<max(1, k) {
            cyclic[rank] += cyclic[rank - 1]
            transitive[rank] += transitive[rank - 1]
        }
    }

    private static func count(
        _ lists: StoredLists, _ sources: ListSources, _ k: Int, _ ranksFrom: inout [Int], _ ranksTo: inout [Int],
        _ cyclic: inout [Int], _ transitive: inout [Int], _ returnRanks: inout [Int32]
    ) {
        ranksFrom.withUnsafeMutableBufferPointer { ranksFrom in
            ranksTo.withUnsafeMutableBufferPointer { ranksTo in
                cyclic.withUnsafeMutableBufferPointer { cyclic in
                    transitive.withUnsafeMutableBufferPointer { transitive in
                        for i in 0..<lists.sampleCount {
                            let arriving = sources.starts[i]..<sources.starts[i + 1]
                            for rank in 0..<k { ranksFrom[lists[i, rank]] = rank }
                            for place in arriving { ranksTo[Int(sources.sources[place])] = Int(sources.ranks[place]) }
                            for first in 0..<k {
                                let j = lists[i, first]
                                returnRanks[i * k + first] = Int32(truncatingIfNeeded: ranksTo[j])
                                for second in 0..<k {
                                    let l = lists[j, second]
                                    let path = max(first, second)
                                    cyclic[max(path, ranksTo[l])] += 1
                                    transitive[max(path, ranksFrom[l])] += 1
                                }
                            }
                            for rank in 0..<k { ranksFrom[lists[i, rank]] = k }
                            for place in arriving { ranksTo[Int(sources.sources[place])] = k }
                        }
                    }
                }
            }
        }
    }
}
