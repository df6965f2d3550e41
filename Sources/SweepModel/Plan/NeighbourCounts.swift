/// Reads the numbers of neighbours of a specification: single ones and ranges such as `1:100`.
enum NeighbourCounts {
    /// Both in ascending order, each number once.
    static func read(_ entry: SpecEntry) throws(Complaint) -> (single: [Int], ranges: [ClosedRange<Int>]) {
        var single: Set<Int> = []
        var ranges: [ClosedRange<Int>] = []
        for item in try entry.items("k") {
            let text = try item.text("k")
            if text.contains(":") {
                ranges.append(try range(text, item))
            } else {
                single.insert(try atLeastOne(try item.integer("k"), item))
            }
        }
        guard !single.isEmpty || !ranges.isEmpty else {
            throw entry.complaint("'k' is empty", advice: "give at least one value")
        }
        return (single.sorted(), merged(ranges))
    }

    private static func range(_ text: String, _ entry: SpecEntry) throws(Complaint) -> ClosedRange<Int> {
        let ends = text.split(separator: ":", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first <= last else {
            throw entry.complaint(
                "'k' is '\(text)', which is no range", advice: "write FIRST:LAST, such as 1:100, with FIRST <= LAST")
        }
        return try atLeastOne(first, entry)...last
    }

    private static func atLeastOne(_ k: Int, _ entry: SpecEntry) throws(Complaint) -> Int {
        guard k >= 1 else { throw entry.complaint("'k' is \(k)", advice: "give at least 1 neighbour") }
        return k
    }

    /// Ranges that overlap or touch as one.
    private static func merged(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = result.last, range.lowerBound - 1 <= last.upperBound {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
