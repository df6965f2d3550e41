internal import LinearAlgebra

/// The eigenvectors of the two smallest non-zero eigenvalues of a connected graph's normalised Laplacian.
package enum LaplacianEigenvectors {
    /// Below this many vertices a dense solver is faster.
    private static let densest = 160

    /// n unit eigenvectors' components, the second smallest eigenvalue's as x and the third's as y; in each, the component
    /// of the largest magnitude is positive.
    package static func secondAndThird(_ graph: FuzzyGraph) throws -> [SIMD2<Double>] {
        precondition(graph.count >= 3, "three eigenvectors need three vertices")
        let adjacency = NormalisedAdjacency(graph)
        if graph.count >= densest, let found = try FilteredSubspace.leadingTwo(adjacency) {
            return withFixedSigns(found)
        }
        return try withFixedSigns(dense(adjacency))
    }

    /// From I + D^(-1/2)·W·D^(-1/2), which is positive semidefinite.
    static func dense(_ adjacency: NormalisedAdjacency) throws -> [SIMD2<Double>] {
        let graph = adjacency.graph
        let matrix = Matrix<Double>(rows: graph.count, columns: graph.count, repeating: 0)
        for i in 0..<graph.count {
            matrix[i, i] = 1
            for position in graph.starts[i]..<graph.starts[i + 1] {
                matrix[i, graph.columns[position]] += adjacency.weights[position]
            }
        }
        let pairs = try LeadingEigenpairs(ofOverwriting: matrix, count: 3)
        return (0..<graph.count).map { SIMD2(pairs.vectors[1, $0], pairs.vectors[2, $0]) }
    }

    private static func withFixedSigns(_ vectors: [SIMD2<Double>]) -> [SIMD2<Double>] {
        let signs = Orientation.signs(vectors)
        return vectors.map { $0 * signs }
    }
}
