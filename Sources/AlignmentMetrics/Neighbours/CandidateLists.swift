internal import CKernels
internal import LinearAlgebra

/// Lists of candidates of some rows, each pruned whenever it has come to a limit.
struct CandidateLists {
    typealias Candidate = CandidateSelection.Candidate

    let rows: [Int]
    let bounds: SimilarityBounds
    private let count: Int
    private var lists: [[Candidate]]
    private var limits: [Int]
    private var scratch: [Float] = []
    /// Groups that a row of a tile is divided into for a first floor.
    private let groups: Int

    init(_ rows: [Int], count: Int, bounds: SimilarityBounds) {
        self.rows = rows
        self.count = count
        self.bounds = bounds
        lists = Array(repeating: [], count: rows.count)
        limits = Array(repeating: CandidateBlock.usualLimit(count), count: rows.count)
        var groups = 64
        while groups < 4 * count { groups *= 2 }
        self.groups = groups
    }

    subscript(position: Int) -> [Candidate] { lists[position] }

    var total: Int { lists.reduce(0) { $0 + $1.count } }

    /// Gives a row that has no floor yet one: among so many groups of a tile's columns the `count`-th largest of their largest lower
    /// bounds. As many samples reach it, and few more.
    mutating func raiseFloor(_ position: Int, _ values: UnsafePointer<Float>, columns: Range<Int>) {
        let i = rows[position]
        guard columns.count >= 2 * groups, bounds.floor(i) == SimilarityBounds.lowest else { return }
        if scratch.count < groups { scratch = Array(repeating: 0, count: groups) }
        let (row, others) = (bounds.samples(from: i), bounds.samples(from: columns.lowerBound))
        ck_lower_maxima(values, columns.count, row, others, groups, &scratch)
        bounds.raise(i, to: ck_ranked(&scratch, groups, count - 1))
    }

    /// The same for the samples of a tile's columns, where these lists are theirs.
    mutating func raiseFloors(across tile: CentredProduct.Tile) {
        guard tile.rows.count >= 2 * groups else { return }
        var column: [Float] = []
        for (position, j) in tile.columns.enumerated() where bounds.floor(j) == SimilarityBounds.lowest {
            column.removeAll(keepingCapacity: true)
            for row in 0..<tile.rows.count { column.append(tile.values[row * tile.stride + position]) }
            column.withUnsafeBufferPointer { values in
                if let values = values.baseAddress { raiseFloor(position, values, columns: tile.rows) }
            }
        }
    }

    /// Where in a row of a tile there are candidates.
    func scan(
        _ position: Int, _ values: UnsafePointer<Float>, columns: Range<Int>, hits: UnsafeMutablePointer<Int32>
    ) -> UnsafeBufferPointer<Int32> {
        let found = ck_scan_row(
            values, columns.count, bounds.samples(from: rows[position]), bounds.samples(from: columns.lowerBound), hits)
        return UnsafeBufferPointer(start: hits, count: found)
    }

    /// Adds sample `j` to a row's candidates if it may still be one; true where the list has come to its limit and pruning did not help.
    mutating func offer(_ j: Int, value: Float, to position: Int) -> Bool {
        let i = rows[position]
        let score = value + bounds.offset(j)
        guard score + bounds.margin(i, j) >= bounds.floor(i) else { return false }
        if lists[position].isEmpty { lists[position].reserveCapacity(count + 8) }
        lists[position].append(Candidate(index: Int32(truncatingIfNeeded: j), score: score))
        guard lists[position].count >= limits[position] else { return false }
        prune(position)
        return 2 * lists[position].count > limits[position]
    }

    /// By how much the limit of a list has to grow so that half of it is free again.
    func `extension`(of position: Int) -> Int { 2 * lists[position].count - limits[position] }

    mutating func extend(_ position: Int, by more: Int) { limits[position] += more }

    /// Drops a row's list, and takes nothing more for it.
    mutating func remove(_ position: Int) {
        lists[position] = []
        bounds.raise(rows[position], to: .infinity)
    }

    mutating func finish() {
        for position in lists.indices where lists[position].count > count { prune(position) }
    }

    /// Raises the row's floor to the `count`-th largest lower bound and drops what cannot reach it.
    private mutating func prune(_ position: Int) {
        let i = rows[position]
        scratch.removeAll(keepingCapacity: true)
        for candidate in lists[position] { scratch.append(candidate.score - bounds.margin(i, Int(candidate.index))) }
        bounds.raise(i, to: ck_ranked(&scratch, scratch.count, count - 1))
        let floor = bounds.floor(i)
        lists[position].removeAll { $0.score + bounds.margin(i, Int($0.index)) < floor }
    }
}
