/// A tree of merges, numbered as in SciPy's linkage: leaves are 0 to n - 1, and merge i makes node n + i.
package struct Dendrogram: Sendable {
    /// Two nodes joined at a height.
    package struct Merge: Sendable {
        package var first: Int
        package var second: Int
        package var height: Double

        package init(_ first: Int, _ second: Int, height: Double) {
            self.first = first
            self.second = second
            self.height = height
        }
    }

    package let merges: [Merge]
    /// The leaves from top to bottom.
    package let order: [Int]

    /// n - 1 merges of nodes that exist, and an order of all n leaves.
    package init(merges: [Merge], order: [Int]) {
        precondition(order.sorted() == Array(order.indices), "the order names each leaf once")
        precondition(merges.count == max(0, order.count - 1), "n leaves are joined by n - 1 merges")
        for (position, merge) in merges.enumerated() {
            let nodes = 0..<(order.count + position)
            precondition(
                nodes.contains(merge.first) && nodes.contains(merge.second), "a merge joins nodes made before it")
        }
        self.merges = merges
        self.order = order
    }

    /// The merges with their heights.
    package var table: DataTable {
        DataTable(
            columns: ["merge", "first", "second", "height"],
            rows: merges.enumerated().map { position, merge in
                [.count(order.count + position), .count(merge.first), .count(merge.second), .number(merge.height)]
            })
    }

    /// The tree in `box`, leaves at its right edge and the root at its left; leaf positions are the middles of equal slots.
    func path(in box: PlotBox) -> PathData {
        let n = order.count
        let slot = box.height / Double(max(1, n))
        var places = [PlotPoint](repeating: PlotPoint(box.right, box.top), count: n + merges.count)
        for (position, leaf) in order.enumerated() {
            places[leaf] = PlotPoint(box.right, box.top + (Double(position) + 0.5) * slot)
        }
        let highest = merges.map(\.height).filter(\.isFinite).max() ?? 0
        var path = PathData()
        for (position, merge) in merges.enumerated() {
            // Heights of nothing are at the leaves, those without a number at the root.
            let share = merge.height.isFinite ? (highest > 0 ? max(0, merge.height / highest) : 0) : 1
            let x = box.right - share * box.width
            let (a, b) = (places[merge.first], places[merge.second])
            path.polyline([a, PlotPoint(x, a.y), PlotPoint(x, b.y), b])
            places[n + position] = PlotPoint(x, (a.y + b.y) / 2)
        }
        return path
    }
}
