/// The edit distance of neighbour lists: 1 - mean over i of Levenshtein(N_A(i), N_B(i))/k (`edit_distance_knn` of the released code).
///
/// The bit-parallel algorithm of Myers (1999) in Hyyrö's (2003) form: bits hold by how much each column of the dynamic-programming matrix
/// rises or falls from one rank of A to the next, and one step takes in one neighbour of B. After k steps the first k bits give the distance
/// of the first k of both lists. Lists longer than a word go through words in order, with a carry.
struct EditDistanceScorer: RankScorer {
    static let usesInNeighbours = false

    private let ks: [Int]
    private let longest: Int
    /// columns x ks: sums of distances.
    private var distances: [Int]
    private var rises: [UInt64]
    private var falls: [UInt64]

    init(columns: Int, ks: [Int]) {
        self.ks = ks
        longest = ks.last ?? 0
        distances = Array(repeating: 0, count: columns * ks.count)
        rises = Array(repeating: 0, count: longest / 64 + 1)
        falls = rises
    }

    mutating func take(_ ranks: NeighbourRanks, column: Int) {
        if longest <= 64 { takeShort(ranks, column: column) } else { takeLong(ranks, column: column) }
    }

    private mutating func takeShort(_ ranks: NeighbourRanks, column: Int) {
        var word = Word(rises: .max, falls: 0)
        var next = 0
        for position in ks.indices {
            let k = ks[position]
            while next < k {
                let rank = UInt64(ranks[next])
                _ = word.step(match: rank < 64 ? 1 << rank : 0, carry: 1)
                next += 1
            }
            let mask: UInt64 = k == 64 ? .max : 1 << UInt64(k) &- 1
            distances[column * ks.count + position] +=
                k + (word.rises & mask).nonzeroBitCount - (word.falls & mask).nonzeroBitCount
        }
    }

    private mutating func takeLong(_ ranks: NeighbourRanks, column: Int) {
        for word in rises.indices {
            rises[word] = .max
            falls[word] = 0
        }
        var next = 0
        for position in ks.indices {
            let k = ks[position]
            while next < k {
                step(rank: Int(ranks[next]))
                next += 1
            }
            var sum = k
            for word in 0...(k / 64) {
                let mask: UInt64 = word < k / 64 ? .max : 1 << UInt64(k % 64) &- 1
                sum += (rises[word] & mask).nonzeroBitCount - (falls[word] & mask).nonzeroBitCount
            }
            distances[column * ks.count + position] += sum
        }
    }

    private mutating func step(rank: Int) {
        var carry = 1
        for index in rises.indices {
            var word = Word(rises: rises[index], falls: falls[index])
            carry = word.step(match: rank / 64 == index ? 1 << UInt64(rank % 64) : 0, carry: carry)
            rises[index] = word.rises
            falls[index] = word.falls
        }
    }

    func scores(position: Int, sampleCount: Int) -> [Double] {
        let k = ks[position]
        return stride(from: position, to: distances.count, by: ks.count).map {
            1 - Double(distances[$0]) / Double(sampleCount * k)
        }
    }

    mutating func reset() { for cell in distances.indices { distances[cell] = 0 } }

    /// 64 ranks of A: where the current column of the matrix rises by one to the next rank, and where it falls.
    private struct Word {
        var rises: UInt64
        var falls: UInt64

        /// Goes one column on. `match` has a bit where A has the neighbour; `carry` is by how much the row before these ranks rose
        /// from the last column to this one (-1, 0 or 1), and so is what is returned of the last rank.
        @inline(__always)
        mutating func step(match: UInt64, carry: Int) -> Int {
            let entering: UInt64 = carry < 0 ? 1 : 0
            let vertical = match | falls
            let equal = match | entering
            let diagonal = (((equal & rises) &+ rises) ^ rises) | equal
            var up = falls | ~(diagonal | rises)
            var down = rises & diagonal
            let leaving = Int(up >> 63) - Int(down >> 63)
            up = up << 1 | (carry > 0 ? 1 : 0)
            down = down << 1 | entering
            rises = down | ~(vertical | up)
            falls = up & vertical
            return leaving
        }
    }
}
