/// Neighbour lists made at random that have neighbours in common, as those of the layers of one network have.
package enum RandomLists {
    /// `layers` x n·k neighbours: of each sample k different others. `overlap` is the share that comes from a list which all layers
    /// share, near the rank that it has there: 0 gives unrelated layers, 1 nearly the same.
    package static func indices(layers: Int, n: Int, k: Int, overlap: Double, seed: UInt64) -> [[Int32]] {
        precondition(k < n)
        var generator = SeededGenerator(seed: seed)
        var order = (0..<Int32(clamping: n)).map { $0 }
        let shared = (0..<n).map { distinct(k, except: $0, among: &order, &generator) }
        return (0..<layers).map { _ in
            (0..<n).flatMap { i in
                var list: [Int32] = []
                var others = distinct(k, except: i, among: &order, &generator)
                var seen: Set<Int32> = []
                for rank in 0..<k {
                    let near = min(max(rank + Int.random(in: -3...3, using: &generator), 0), k - 1)
                    let isShared = Double.random(in: 0..<1, using: &generator) < overlap
                    if isShared, seen.insert(shared[i][near]).inserted { list.append(shared[i][near]) }
                }
                while list.count < k {
                    if others.isEmpty { others = order.filter { $0 != Int32(clamping: i) } }
                    let other = others.removeLast()
                    if seen.insert(other).inserted { list.append(other) }
                }
                return list
            }
        }
    }

    /// The first `k` of a shuffle of all samples but `i`.
    private static func distinct(
        _ k: Int, except i: Int, among order: inout [Int32], _ generator: inout SeededGenerator
    ) -> [Int32] {
        var result: [Int32] = []
        var next = 0
        while result.count < k {
            order.swapAt(next, Int.random(in: next..<order.count, using: &generator))
            if order[next] != Int32(clamping: i) { result.append(order[next]) }
            next += 1
        }
        return result
    }
}
