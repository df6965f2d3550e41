/// Neighbour metrics of one pair of layers and one k, sample by sample, straight from their definitions: what faster forms are held to
/// and measured against.
///
/// Lists are n x `length` neighbours, row-major, of which the first k are compared. A table of n ranks is all the cleverness.
package struct ScalarNeighbourMetrics {
    private let n: Int
    private let length: Int
    private let k: Int
    private var ranks: [Int32]

    package init(sampleCount: Int, length: Int, k: Int) {
        n = sampleCount
        self.length = length
        self.k = k
        ranks = Array(repeating: -1, count: sampleCount)
    }

    /// Calls `body` with every sample, its neighbours in B, and the ranks in A of all samples, -1 of those that A does not list.
    private mutating func forEachSample(_ a: [Int32], _ b: [Int32], _ body: (ArraySlice<Int32>, [Int32]) -> Void) {
        for i in 0..<n {
            let start = i * length
            for rank in 0..<k { ranks[Int(a[start + rank])] = Int32(clamping: rank) }
            body(b[start..<(start + k)], ranks)
            for rank in 0..<k { ranks[Int(a[start + rank])] = -1 }
        }
    }

    package mutating func mutualKNN(_ a: [Int32], _ b: [Int32]) -> Double {
        var common = 0
        forEachSample(a, b) { list, ranks in for j in list where ranks[Int(j)] >= 0 { common += 1 } }
        return Double(common) / Double(n * k)
    }

    package mutating func jaccardKNN(_ a: [Int32], _ b: [Int32]) -> Double {
        var sum = 0.0
        let k = k
        forEachSample(a, b) { list, ranks in
            let common = list.count { ranks[Int($0)] >= 0 }
            sum += Double(common) / Double(2 * k - common)
        }
        return sum / Double(n)
    }

    package mutating func cycleKNN(_ a: [Int32], _ b: [Int32]) -> Double {
        var returning = 0
        for i in 0..<n {
            let comesBack = b[(i * length)..<(i * length + k)].contains { j in
                a[(Int(j) * length)..<(Int(j) * length + k)].contains { Int($0) == i }
            }
            if comesBack { returning += 1 }
        }
        return Double(returning) / Double(n)
    }

    /// By dynamic programming.
    package mutating func lcsKNN(_ a: [Int32], _ b: [Int32]) -> Double {
        let total = recurrence(a, b, border: { _ in 0 }) { corner, top, left, isMatch in
            isMatch ? corner + 1 : max(top, left)
        }
        return Double(total) / Double(n * k)
    }

    /// By dynamic programming.
    package mutating func editDistanceKNN(_ a: [Int32], _ b: [Int32]) -> Double {
        let total = recurrence(a, b, border: { $0 }) { corner, top, left, isMatch in
            min(corner + (isMatch ? 0 : 1), top + 1, left + 1)
        }
        return 1 - Double(total) / Double(n * k)
    }

    private mutating func recurrence(
        _ a: [Int32], _ b: [Int32], border: (Int) -> Int,
        _ step: (_ corner: Int, _ top: Int, _ left: Int, _ isMatch: Bool) -> Int
    ) -> Int {
        var total = 0
        let k = k
        var row = [Int](repeating: 0, count: k + 1)
        forEachSample(a, b) { list, ranks in
            for place in 0...k { row[place] = border(place) }
            for (number, j) in list.enumerated() {
                let match = Int(ranks[Int(j)])
                var corner = row[0]
                row[0] = border(number + 1)
                for place in 0..<k {
                    let next = step(corner, row[place + 1], row[place], place == match)
                    corner = row[place + 1]
                    row[place + 1] = next
                }
            }
            total += row[k]
        }
        return total
    }
}
