/// A number for each ordered pair of n events.
package struct PairValues: Hashable, Sendable {
    /// How many events.
    package let count: Int
    /// n x n, row-major.
    package var values: [Double]

    package init(count: Int, values: [Double]) {
        precondition(values.count == count * count, "a number for each pair")
        self.count = count
        self.values = values
    }

    package init(count: Int, _ value: (Int, Int) -> Double) {
        self.init(count: count, values: (0..<count).flatMap { i in (0..<count).map { value(i, $0) } })
    }

    package subscript(i: Int, j: Int) -> Double {
        get { values[i * count + j] }
        set { values[i * count + j] = newValue }
    }

    /// The sum of each row (n).
    package var rowSums: [Double] {
        (0..<count).map { i in values[(i * count)..<((i + 1) * count)].reduce(0, +) }
    }

    /// All numbers over their sum.
    package var normalised: PairValues {
        let sum = values.reduce(0, +)
        return PairValues(count: count, values: values.map { $0 / sum })
    }
}
