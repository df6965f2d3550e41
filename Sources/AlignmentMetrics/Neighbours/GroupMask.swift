internal import LinearAlgebra

/// Which samples are never neighbours because they belong together: their similarities are ruled out in each tile.
struct GroupMask {
    private let groups: [Int32]
    /// The samples of each group of more than one, ascending.
    private let members: [Int32: [Int]]

    init(_ groups: [Int32]) {
        self.groups = groups
        var members: [Int32: [Int]] = [:]
        for (i, group) in groups.enumerated() { members[group, default: []].append(i) }
        self.members = members.filter { $0.value.count > 1 }
    }

    func apply(to tile: CentredProduct.Tile) {
        apply(to: tile.values, rows: tile.rows, columns: tile.columns, stride: tile.stride)
    }

    /// Rules out pairs of one group among products of `rows` with `columns`, one row after the other.
    func apply(to values: UnsafeMutablePointer<Float>, rows: [Int], columns: Range<Int>) {
        apply(to: values, rows: rows, columns: columns, stride: columns.count)
    }

    func apply(
        to values: UnsafeMutablePointer<Float>, rows: some Sequence<Int>, columns: Range<Int>, stride: Int
    ) {
        for (position, i) in rows.enumerated() {
            guard let members = members[groups[i]] else { continue }
            for j in members where columns.contains(j) {
                values[position * stride + j - columns.lowerBound] = -.infinity
            }
        }
    }
}
