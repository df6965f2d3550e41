/// D^(-1/2)·W·D^(-1/2) of a connected graph: 1 minus its normalised Laplacian, eigenvalues from -1 to 1.
struct NormalisedAdjacency {
    let graph: FuzzyGraph
    /// The scaled weights, in the order of the graph's.
    let weights: [Double]
    /// The eigenvector of eigenvalue 1, D^(1/2)·1 at unit length.
    let leading: [Double]

    init(_ graph: FuzzyGraph) {
        self.graph = graph
        let degrees = (0..<graph.count).map { graph.weights[graph.starts[$0]..<graph.starts[$0 + 1]].reduce(0, +) }
        var weights = graph.weights
        for i in 0..<graph.count {
            for position in graph.starts[i]..<graph.starts[i + 1] {
                weights[position] /= (degrees[i] * degrees[graph.columns[position]]).squareRoot()
            }
        }
        self.weights = weights
        let total = degrees.reduce(0, +)
        leading = degrees.map { ($0 / total).squareRoot() }
    }

    /// The product with eight vectors at once, one a lane.
    func product(_ vectors: [SIMD8<Double>]) -> [SIMD8<Double>] {
        var result = [SIMD8<Double>](repeating: .zero, count: graph.count)
        vectors.withUnsafeBufferPointer { vectors in
            for i in 0..<graph.count {
                var sum = SIMD8<Double>.zero
                for position in graph.starts[i]..<graph.starts[i + 1] {
                    sum += weights[position] * vectors[graph.columns[position]]
                }
                result[i] = sum
            }
        }
        return result
    }
}
