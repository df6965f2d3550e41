/// A variable's observations in ascending order, from which ranks of any part of them follow without sorting again.
package struct Ranking: Sendable {
    package let values: [Double]
    /// Positions of the finite values, ascending by value.
    private let order: [Int32]

    package init(_ values: [Double]) {
        self.values = values
        let finite = values.indices.filter { values[$0].isFinite }.map { (value: values[$0], position: Int32($0)) }
        order = finite.sorted { ($0.value, $0.position) < ($1.value, $1.position) }.map(\.position)
    }

    private init(values: [Double], order: [Int32]) {
        self.values = values
        self.order = order
    }

    /// The observations at `positions` alone.
    package func restricted(to positions: [Int]) -> Ranking {
        if positions.count == values.count && positions == Array(values.indices) { return self }
        var places = [Int32](repeating: -1, count: values.count)
        for (place, position) in positions.enumerated() { places[position] = Int32(place) }
        return Ranking(
            values: positions.map { values[$0] },
            order: order.compactMap { places[Int($0)] < 0 ? nil : places[Int($0)] })
    }

    /// For each value that is finite and kept its rank among those, from 1, equal values sharing the mean of their ranks; otherwise NaN.
    package func ranks(keeping isKept: (Int) -> Bool = { _ in true }) -> [Double] {
        var ranks = [Double](repeating: .nan, count: values.count)
        var (start, kept) = (0, [Int32]())
        kept.reserveCapacity(order.count)
        for position in order where isKept(Int(position)) { kept.append(position) }
        while start < kept.count {
            let value = values[Int(kept[start])]
            var end = start + 1
            while end < kept.count, values[Int(kept[end])] == value { end += 1 }
            // Ranks start + 1 … end.
            let shared = Double(start + 1 + end) / 2
            for place in start..<end { ranks[Int(kept[place])] = shared }
            start = end
        }
        return ranks
    }
}
