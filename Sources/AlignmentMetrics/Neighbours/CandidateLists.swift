internal import CKernels
internal import LinearAlgebra

/// Lists of candidates of some rows, each pruned whenever it has come to a limit. One thread at a time uses them.
final class CandidateLists {
    typealias Candidate = CandidateSelection.Candidate

    /// A row's list, and how many it may hold before it is pruned.
    private struct List {
        var candidates: UnsafeMutablePointer<Candidate>
        var count = 0
        var limit: Int
        /// Whether its memory is its own, as that of a list longer than the usual.
        var isOwner = false
    }

    let rows: [Int]
    let bounds: SimilarityBounds
    private let count: Int
    private let lists: UnsafeMutableBufferPointer<List>
    /// Where lists of the usual length lie.
    private let usual: Matrix<Candidate>
    private var scratch: [Float] = []
    /// Groups that a row of a tile is divided into for a first floor.
    private let groups: Int
    /// What bounds of similarities to the samples of the latest tile are made of.
    private var latest: (columns: Range<Int>, largest: ck_largest) = (0..<0, ck_largest())

    init(_ rows: [Int], count: Int, bounds: SimilarityBounds) {
        self.rows = rows
        self.count = count
        self.bounds = bounds
        let limit = CandidateBlock.usualLimit(count)
        let usual = Matrix<Candidate>(unwrittenRows: rows.count, columns: limit)
        self.usual = usual
        lists = .allocate(capacity: rows.count)
        for position in rows.indices {
            guard let start = usual.row(position).baseAddress else { continue }
            lists.initializeElement(at: position, to: List(candidates: start, limit: limit))
        }
        var groups = 64
        while groups < 4 * count { groups *= 2 }
        self.groups = groups
    }

    deinit {
        for list in lists where list.isOwner { list.candidates.deallocate() }
        lists.deallocate()
    }

    subscript(position: Int) -> [Candidate] {
        let list = lists[position]
        return Array(UnsafeBufferPointer(start: list.candidates, count: list.count))
    }

    /// How many candidates a row has.
    func count(of position: Int) -> Int { lists[position].count }

    var total: Int { lists.reduce(0) { $0 + $1.count } }

    /// Gives a row that has no floor yet one: among so many groups of a tile's columns the `count`-th largest of their largest lower
    /// bounds. As many samples reach it, and few more.
    func raiseFloor(_ position: Int, _ values: UnsafePointer<Float>, columns: Range<Int>) {
        let i = rows[position]
        guard columns.count >= 2 * groups, bounds.floor(i) == SimilarityBounds.lowest else { return }
        if scratch.count < groups { scratch = Array(repeating: 0, count: groups) }
        let (row, others) = (bounds.samples(from: i), bounds.samples(from: columns.lowerBound))
        ck_lower_maxima(values, columns.count, row, others, groups, &scratch)
        bounds.raise(i, to: ck_ranked(&scratch, groups, count - 1))
    }

    /// The same for the samples of a tile's columns, where these lists are theirs.
    func raiseFloors(across tile: CentredProduct.Tile) {
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
        let (row, others) = (bounds.samples(from: rows[position]), bounds.samples(from: columns.lowerBound))
        if latest.columns != columns { latest = (columns, ck_largest_of(others, columns.count)) }
        var threshold: Float = 0
        ck_thresholds(row, 1, latest.largest, &threshold)
        let found = ck_scan_row(values, columns.count, row, threshold, others, hits)
        return UnsafeBufferPointer(start: hits, count: found)
    }

    /// Adds sample `j` to a row's candidates if it may still be one; true where the list has come to its limit and pruning did not help.
    @inline(__always)
    func offer(_ j: Int, value: Float, to position: Int) -> Bool {
        let i = rows[position]
        let score = value + bounds.offset(j)
        guard score + bounds.margin(i, j) >= bounds.floor(i), let list = lists.baseAddress.map({ $0 + position })
        else { return false }
        list.pointee.candidates[list.pointee.count] = Candidate(index: Int32(truncatingIfNeeded: j), score: score)
        list.pointee.count += 1
        guard list.pointee.count == list.pointee.limit else { return false }
        prune(position)
        return 2 * list.pointee.count > list.pointee.limit
    }

    /// Lets a list that has come to its limit grow by what it has to, of `spare`; false where that is too little, and the list is dropped.
    func grow(_ position: Int, spare: inout Int) -> Bool {
        // Half of the list are bound to stay: it may grow, as far as there is room, or goes altogether.
        let more = `extension`(of: position)
        guard more <= spare else {
            remove(position)
            return false
        }
        spare -= more
        extend(position, by: more)
        return true
    }

    /// Candidates will soon be offered to the rows at `positions`, which lie far from each other in memory.
    func expect(_ positions: UnsafeBufferPointer<Int32>) {
        for position in positions {
            let list = lists[Int(position)]
            ck_expect(list.candidates + list.count)
        }
    }

    /// By how much the limit of a list has to grow so that half of it is free again.
    func `extension`(of position: Int) -> Int { 2 * lists[position].count - lists[position].limit }

    func extend(_ position: Int, by more: Int) {
        let list = lists[position]
        let longer = UnsafeMutablePointer<Candidate>.allocate(capacity: list.limit + more)
        longer.initialize(from: list.candidates, count: list.count)
        if list.isOwner { list.candidates.deallocate() }
        lists[position] = List(candidates: longer, count: list.count, limit: list.limit + more, isOwner: true)
    }

    /// Drops a row's list, and takes nothing more for it.
    func remove(_ position: Int) {
        lists[position].count = 0
        bounds.raise(rows[position], to: .infinity)
    }

    func finish() {
        for position in lists.indices where lists[position].count > count { prune(position) }
    }

    /// Raises the row's floor to the `count`-th largest lower bound and drops what cannot reach it.
    private func prune(_ position: Int) {
        let (i, list) = (rows[position], lists[position])
        if scratch.count < list.count { scratch = Array(repeating: 0, count: 2 * list.count) }
        let floor = scratch.withUnsafeMutableBufferPointer { lower -> Float in
            for c in 0..<list.count {
                lower[c] = list.candidates[c].score - bounds.margin(i, Int(list.candidates[c].index))
            }
            return ck_ranked(lower.baseAddress, list.count, count - 1)
        }
        bounds.raise(i, to: floor)
        let least = bounds.floor(i)
        var kept = 0
        for c in 0..<list.count {
            let candidate = list.candidates[c]
            guard candidate.score + bounds.margin(i, Int(candidate.index)) >= least else { continue }
            list.candidates[kept] = candidate
            kept += 1
        }
        lists[position].count = kept
    }
}
