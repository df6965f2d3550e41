internal import LinearAlgebra

/// What was learned: a vector for each event, not normalised, and the bias of the scores.
package struct EmbeddingTable: Hashable, Sendable {
    /// How many events.
    package let count: Int
    /// How many numbers a vector has.
    package let dimension: Int
    /// n x d, row-major.
    package let values: [Double]
    /// What is added to the kernel before it is scored; 0 where the loss does not see it.
    package let bias: Double

    package init(count: Int, dimension: Int, values: [Double], bias: Double) {
        precondition(values.count == count * dimension, "a vector for each event")
        self.count = count
        self.dimension = dimension
        self.values = values
        self.bias = bias
    }

    /// The table of observations as one of events.
    func ofEvents(_ observation: Observation) -> EmbeddingTable {
        let rows = observation.ofEvent.flatMap { values[($0 * dimension)..<(($0 + 1) * dimension)] }
        return EmbeddingTable(count: observation.ofEvent.count, dimension: dimension, values: rows, bias: bias)
    }

    /// ⟨f(a), f(b)⟩, n x n.
    package var kernel: PairValues {
        var products = [Double](repeating: 0, count: count * count)
        Products.transposed(values, values, rows: count, columns: count, depth: dimension, into: &products)
        return PairValues(count: count, values: products)
    }
}
