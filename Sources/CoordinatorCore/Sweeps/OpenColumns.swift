/// The block columns of a lease that are not answered yet: a few ranges, ascending.
struct OpenColumns: Hashable, Sendable {
    private(set) var ranges: [Range<Int>]

    init(_ columns: Range<Int>) { ranges = columns.isEmpty ? [] : [columns] }

    init(_ columns: [Int]) {
        ranges = []
        for column in columns.sorted() {
            if let last = ranges.last, last.upperBound == column {
                ranges[ranges.count - 1] = last.lowerBound..<column + 1
            } else {
                ranges.append(column..<column + 1)
            }
        }
    }

    var isEmpty: Bool { ranges.isEmpty }
    var count: Int { ranges.reduce(0) { $0 + $1.count } }
    var first: Int? { ranges.first?.lowerBound }

    func contains(_ column: Int) -> Bool { ranges.contains { $0.contains(column) } }

    /// Takes out `columns` and returns those of them that were open.
    mutating func remove(_ columns: Range<Int>) -> [Range<Int>] {
        // A worker answers from the left.
        if ranges.count == 1, ranges[0].lowerBound == columns.lowerBound, columns.upperBound <= ranges[0].upperBound {
            let rest = columns.upperBound..<ranges[0].upperBound
            ranges = rest.isEmpty ? [] : [rest]
            return [columns]
        }
        var removed: [Range<Int>] = []
        var kept: [Range<Int>] = []
        for range in ranges {
            let common = range.clamped(to: columns)
            guard !common.isEmpty else {
                kept.append(range)
                continue
            }
            removed.append(common)
            if range.lowerBound < common.lowerBound { kept.append(range.lowerBound..<common.lowerBound) }
            if common.upperBound < range.upperBound { kept.append(common.upperBound..<range.upperBound) }
        }
        ranges = kept
        return removed
    }
}
