import Testing

@testable import Projection

struct SpectralStartTests {
    private func graph(_ matrix: DistanceMatrix) -> FuzzyGraph {
        let neighbours = NearestNeighbours(matrix, requested: 15)
        return FuzzyGraph(neighbours, LocalScales(neighbours)).pruned(epochs: 500)
    }

    /// NumPy's dense solver and umap-learn's iteration agree on these; 300 takes the sparse way.
    @Test func eigenvectorsAreTheLaplacians() throws {
        for stage in try Golden.stages() {
            let found = try LaplacianEigenvectors.secondAndThird(
                graph(try clusteredDistances(stage.n, quantum: stage.quantum)))
            let expected = points(stage.eigenvectors)
            for axis in 0..<2 {
                let sign: Double = zip(found, expected).reduce(0) { $0 + $1.0[axis] * $1.1[axis] } < 0 ? -1 : 1
                #expect(zip(found, expected).allSatisfy { abs($0[axis] - sign * $1[axis]) < 1e-3 })
            }
        }
    }

    @Test func theSparseWayFindsWhatTheDenseOneDoes() throws {
        let adjacency = NormalisedAdjacency(graph(try clusteredDistances(200)))
        let sparse = try #require(try FilteredSubspace.leadingTwo(adjacency))
        let dense = try LaplacianEigenvectors.dense(adjacency)
        for axis in 0..<2 {
            let overlap = zip(sparse, dense).reduce(0.0) { $0 + $1.0[axis] * $1.1[axis] }
            #expect(abs(abs(overlap) - 1) < 1e-12)
        }
    }

    @Test func everyAxisReachesFromZeroToTen() throws {
        let start = try SpectralStart.points(graph(try clusteredDistances(50)), seed: 5)
        for axis in 0..<2 {
            #expect(start.map { $0[axis] }.min() == 0)
            #expect(abs((start.map { $0[axis] }.max() ?? 0) - 10) < 1e-5)
        }
        #expect(start != (try SpectralStart.points(graph(try clusteredDistances(50)), seed: 6)), "noise has a seed")
        #expect(start == (try SpectralStart.points(graph(try clusteredDistances(50)), seed: 5)))
    }

    @Test func componentsStandAtFixedPlaces() throws {
        #expect(SpectralStart.centres(3) == [SIMD2(1, 0), SIMD2(0, 1), SIMD2(-1, 0)])
        let near = try clusteredDistances(20)
        var values = [Double](repeating: 90, count: 1600)
        for i in 0..<40 { for j in 0..<40 where i % 2 == j % 2 { values[i * 40 + j] = near[i / 2, j / 2] } }
        let matrix = try DistanceMatrix(distances: values, rows: 40, columns: 40, at: "test")
        let graph = graph(matrix)
        #expect(ConnectedComponents.of(graph).count == 2)
        // At 1 ± 1/2·2 on the first axis, the components only meet at 0.
        let start = try SpectralStart.points(graph, seed: 0)
        let halves = [0, 1].map { half in (0..<40).filter { $0 % 2 == half }.map { start[$0].x } }
        #expect((halves[0].min() ?? 0) > (halves[1].max() ?? 10) - 0.1)
    }
}
