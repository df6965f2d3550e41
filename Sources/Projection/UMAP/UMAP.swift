/// UMAP in two dimensions from a distance matrix (McInnes, Healy & Melville 2018).
package enum UMAP {
    /// The fewest models with a neighbourhood graph worth laying out.
    package static let fewestModels = 4

    /// n points; the same bytes for the same matrix and settings.
    package static func points(_ matrix: DistanceMatrix, _ settings: UMAPSettings = UMAPSettings()) throws -> [SIMD2<
        Double
    >] {
        precondition(matrix.count >= fewestModels, "fewer than four models have no UMAP")
        try settings.validate()
        let epochs = settings.epochs(for: matrix.count)
        let neighbours = NearestNeighbours(matrix, requested: settings.neighbours)
        let graph = FuzzyGraph(neighbours, LocalScales(neighbours)).pruned(epochs: epochs)
        let curve = EmbeddingCurve(spread: settings.spread, minDist: settings.minDist)
        // Two streams, so that a change of the start does not change the samples.
        var stream = RandomStream(seed: settings.seed)
        let start = try SpectralStart.points(graph, seed: stream.next())
        var descent = LayoutDescent(points: start, schedule: EdgeSchedule(graph), curve: curve)
        var negatives = NegativeStream(seed: stream.next())
        descent.run(0..<epochs, of: epochs, negatives: &negatives)
        return descent.points.map { SIMD2<Double>($0) }
    }
}
