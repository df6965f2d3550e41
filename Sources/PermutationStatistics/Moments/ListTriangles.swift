internal import LinearAlgebra

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

    /// - Parameters:
    ///   - k: K, at most the lists' reach.
    ///   - threads: share the samples; each takes 8n bytes.
    init(_ lists: StoredLists, reach k: Int, threads: ThreadTeam = 1) {
        let n = lists.sampleCount
        let sources = ListSources(lists, k: k)
        let members = (0..<threads.most).map { _ in ArcMarks(sampleCount: n, k: k) }
        returnRanks = [Int32](unsafeUninitializedCapacity: n * k) { ranks, count in
            // Each sample's are written by whoever has it.
            nonisolated(unsafe) let ranks = ranks
            threads.forEachRun(n, of: Self.runLength) { worker, run in
                for i in run {
                    members[worker].count(
                        i, lists, sources,
                        returnRanks: UnsafeMutableBufferPointer(rebasing: ranks[(i * k)..<(i * k + k)]))
                }
            }
            count = n * k
        }
        (cyclic, transitive) = ([Int](repeating: 0, count: k), [Int](repeating: 0, count: k))
        for member in members {
            for rank in 0..<k {
                cyclic[rank] += member.cyclic[rank]
                transitive[rank] += member.transitive[rank]
            }
        }
        for rank in 1..<max(1, k) {
            cyclic[rank] += cyclic[rank - 1]
            transitive[rank] += transitive[rank - 1]
        }
    }

    /// Samples that a thread takes at a time.
    private static let runLength = 64
}

/// One thread's counts, and for every sample how it is joined to the one that is looked at.
private final class ArcMarks {
    /// Of each rank how many paths of two arcs are closed there, by an arc back or by one on.
    private(set) var cyclic: [Int]
    private(set) var transitive: [Int]
    private let k: Int
    /// Of each sample the rank of the arc to it, and of the arc from it in the upper half; k where there is none (n).
    private var marks: [UInt64]
    private let absent: UInt64

    init(sampleCount n: Int, k: Int) {
        self.k = k
        cyclic = [Int](repeating: 0, count: k)
        transitive = cyclic
        absent = UInt64(k) << 32 | UInt64(k)
        marks = [UInt64](repeating: absent, count: n)
    }

    /// Counts what the arcs of sample `i` close, and writes the rank of each one's arc back.
    func count(_ i: Int, _ lists: StoredLists, _ sources: ListSources, returnRanks: UnsafeMutableBufferPointer<Int32>) {
        let (k, absent) = (k, absent)
        let arriving = sources.starts[i]..<sources.starts[i + 1]
        marks.withUnsafeMutableBufferPointer { marks in
            cyclic.withUnsafeMutableBufferPointer { cyclic in
                transitive.withUnsafeMutableBufferPointer { transitive in
                    for rank in 0..<k {
                        let j = lists[i, rank]
                        marks[j] = marks[j] & ~0xffff_ffff | UInt64(rank)
                    }
                    for place in arriving {
                        let j = Int(sources.sources[place])
                        marks[j] = marks[j] & 0xffff_ffff | UInt64(sources.ranks[place]) << 32
                    }
                    for first in 0..<k {
                        let j = lists[i, first]
                        returnRanks[first] = Int32(truncatingIfNeeded: marks[j] >> 32)
                        for second in 0..<k {
                            let mark = marks[lists[j, second]]
                            // Most samples are not joined to this one at all.
                            guard mark != absent else { continue }
                            let (path, onward, back) = (max(first, second), Int(mark & 0xffff_ffff), Int(mark >> 32))
                            if back < k { cyclic[max(path, back)] += 1 }
                            if onward < k { transitive[max(path, onward)] += 1 }
                        }
                    }
                    for rank in 0..<k { marks[lists[i, rank]] = absent }
                    for place in arriving { marks[Int(sources.sources[place])] = absent }
                }
            }
        }
    }
}
