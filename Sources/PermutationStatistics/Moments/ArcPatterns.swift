/// The ways in which the ends of two or three arcs i→j may coincide, which is what moments of quadratic forms are sums over.
///
/// With T = Σ A_ij B_π(i)π(j) and π uniform over the permutations of n samples, E[Tʳ] is a sum over the set partitions of 2r arc ends:
/// E[Tʳ] = Σ_p f_A(p) f_B(p)/(n)_v(p), (n)_v = n(n-1)…(n-v+1). Here f_A(p) is the sum of A_i₁j₁ … A_iᵣjᵣ over all indices that are equal
/// where p has their ends in one block and *different* where it has not, and v(p) is the number of blocks (Mantel 1967 for r = 2).
/// Partitions that differ in the order of the arcs, and of symmetric matrices also in their directions, have the same f: they are one
/// *pattern*. Sums g_A(p) in which indices may be equal as well are those that come cheaply; each is the sum of f_A over p and all
/// partitions coarser than p, and patterns in ascending order of v undo that.
///
/// A pattern is written by its arcs, a letter an end: "ij jk ki" is a triangle, "ii ij ij" a loop at one end of a doubled arc.
struct ArcPatterns: Sendable {
    /// Arcs of matrices that need not be symmetric and have no diagonal.
    static let directedPairs = ArcPatterns(arcs: 2, isSymmetric: false, hasLoops: false)
    static let directedTriples = ArcPatterns(arcs: 3, isSymmetric: false, hasLoops: false)
    /// Those of symmetric matrices without a diagonal.
    static let symmetricPairs = ArcPatterns(arcs: 2, isSymmetric: true, hasLoops: false)
    static let symmetricTriples = ArcPatterns(arcs: 3, isSymmetric: true, hasLoops: false)
    /// Those of symmetric matrices with a diagonal.
    static let loopedPairs = ArcPatterns(arcs: 2, isSymmetric: true, hasLoops: true)
    static let loopedTriples = ArcPatterns(arcs: 3, isSymmetric: true, hasLoops: true)

    struct Pattern: Sendable {
        /// The block of each end, in its first form: the least of those that its members have.
        let ends: [Int]
        /// v.
        let vertexCount: Int
        /// How many set partitions are of this pattern.
        fileprivate(set) var memberCount = 0
        /// Earlier patterns, and how many of their members are coarser than one of this.
        fileprivate(set) var coarser: [(pattern: Int, count: Double)] = []
    }

    /// Ascending by the number of vertices.
    let patterns: [Pattern]
    private let isSymmetric: Bool

    init(arcs: Int, isSymmetric: Bool, hasLoops: Bool) {
        let partitions = Self.partitions(of: 2 * arcs).filter { ends in
            hasLoops || (0..<arcs).allSatisfy { ends[2 * $0] != ends[2 * $0 + 1] }
        }
        let forms = partitions.map { Self.firstForm(of: $0, isSymmetric: isSymmetric) }
        var patterns = Set(forms).map { Pattern(ends: $0, vertexCount: ($0.max() ?? 0) + 1) }
        patterns.sort {
            $0.vertexCount == $1.vertexCount
                ? $0.ends.lexicographicallyPrecedes($1.ends) : $0.vertexCount < $1.vertexCount
        }
        for position in patterns.indices {
            let pattern = patterns[position]
            patterns[position].memberCount = forms.count { $0 == pattern.ends }
            for earlier in 0..<position {
                let count = partitions.indices.count {
                    forms[$0] == patterns[earlier].ends && Self.isCoarser(partitions[$0], than: pattern.ends)
                }
                if count > 0 { patterns[position].coarser.append((earlier, Double(count))) }
            }
        }
        self.patterns = patterns
        self.isSymmetric = isSymmetric
    }

    /// A matrix's vector u for which E[Tʳ] = u_A·u_B: f(p) times the root of (members of p)/(n)_v, in the order of `patterns`; 0 where
    /// there are more vertices than samples.
    ///
    /// - Parameter sums: g of the patterns that are named, with any equalities among their indices allowed; of all others it is 0.
    func vector(_ sums: KeyValuePairs<String, Double>, sampleCount n: Int) -> [Double] {
        var values = [Double](repeating: 0, count: patterns.count)
        for (arcs, sum) in sums { values[position(of: arcs)] = sum }
        for (position, pattern) in patterns.enumerated() {
            for (earlier, count) in pattern.coarser { values[position] -= count * values[earlier] }
        }
        for (position, pattern) in patterns.enumerated() {
            let places = (0..<pattern.vertexCount).reduce(1.0) { $0 * Double(n - $1) }
            values[position] *= places > 0 ? (Double(pattern.memberCount) / places).squareRoot() : 0
        }
        return values
    }

    /// The position of the pattern that is written as `arcs`.
    private func position(of arcs: String) -> Int {
        let ends = arcs.utf8.filter { $0 != UInt8(ascii: " ") }.map { Int($0) }
        let form = Self.firstForm(of: ends, isSymmetric: isSymmetric)
        guard let position = patterns.firstIndex(where: { $0.ends == form }) else {
            preconditionFailure("no pattern \(arcs)")
        }
        return position
    }

    /// The set partitions of `count` ends, each as the block of every end, blocks numbered in order of appearance.
    private static func partitions(of count: Int) -> [[Int]] {
        (1..<count).reduce([[0]]) { shorter, _ in
            shorter.flatMap { ends in (0...((ends.max() ?? 0) + 1)).map { ends + [$0] } }
        }
    }

    /// Whether ends that `finer` has in one block are in one block of `coarse` as well.
    private static func isCoarser(_ coarse: [Int], than finer: [Int]) -> Bool {
        var blocks: [Int: Int] = [:]
        return zip(finer, coarse).allSatisfy { fine, block in
            defer { blocks[fine] = block }
            return blocks[fine, default: block] == block
        }
    }

    /// The least numbering of the ends over all orders of the arcs and, where the matrix is symmetric, all their directions.
    private static func firstForm(of ends: [Int], isSymmetric: Bool) -> [Int] {
        let arcs = stride(from: 0, to: ends.count, by: 2).map { [ends[$0], ends[$0 + 1]] }
        var least: [Int]?
        for order in orders(of: arcs.count) {
            for directions in 0..<(isSymmetric ? 1 << arcs.count : 1) {
                let moved = order.flatMap { directions >> $0 & 1 == 1 ? Array(arcs[$0].reversed()) : arcs[$0] }
                var blocks: [Int: Int] = [:]
                let numbered = moved.map { end in
                    let block = blocks[end] ?? blocks.count
                    blocks[end] = block
                    return block
                }
                if least.map({ numbered.lexicographicallyPrecedes($0) }) ?? true { least = numbered }
            }
        }
        return least ?? ends
    }

    private static func orders(of count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return orders(of: count - 1).flatMap { order in
            (0...order.count).map { place in order[..<place] + [count - 1] + order[place...] }
        }
    }
}
