import Testing

@testable import Projection

/// Neighbours, scales and graph against umap-learn's; one of the matrices is full of ties.
struct NeighbourhoodGraphTests {
    @Test func theMatricesAreTheSame() throws {
        for stage in try Golden.stages() {
            let sum = try clusteredDistances(stage.n, quantum: stage.quantum).values.reduce(0, +)
            #expect(abs(sum - stage.checksum) < 1e-9 * stage.checksum)
        }
    }

    @Test func neighboursAreUmapLearns() throws {
        for stage in try Golden.stages() {
            let found = NearestNeighbours(try clusteredDistances(stage.n, quantum: stage.quantum), requested: 15)
            #expect(found.width == stage.k && found.count == stage.n)
            if let neighbours = stage.neighbours { #expect(found.indices == neighbours) }
        }
    }

    @Test(arguments: [(4, 3), (15, 14), (16, 15), (100, 15)]) func fewModelsHaveFewerNeighbours(_ n: Int, _ k: Int) {
        #expect(NearestNeighbours.width(requested: 15, of: n) == k)
    }

    @Test func scalesAreUmapLearns() throws {
        for stage in try Golden.stages() {
            let matrix = try clusteredDistances(stage.n, quantum: stage.quantum)
            let scales = LocalScales(NearestNeighbours(matrix, requested: 15))
            #expect(zip(scales.rho, stage.rho).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(zip(scales.sigma, stage.sigma).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func theFuzzyUnionIsUmapLearns() throws {
        for stage in try Golden.stages() {
            let matrix = try clusteredDistances(stage.n, quantum: stage.quantum)
            let neighbours = NearestNeighbours(matrix, requested: 15)
            let graph = FuzzyGraph(neighbours, LocalScales(neighbours)).pruned(epochs: 500)
            #expect(abs(graph.weights.reduce(0, +) - stage.weightSum) < 1e-5 * stage.weightSum)
            guard let rows = stage.rows, let columns = stage.columns, let weights = stage.weights else { continue }
            #expect(graph.columns == columns)
            #expect((0..<stage.n).flatMap { i in graph.row(i).map { _ in i } } == rows)
            #expect(zip(graph.weights, weights).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func modelsThatCoincideAreFullyConnected() throws {
        let matrix = try DistanceMatrix(
            distances: [Double](repeating: 0, count: 25), rows: 5, columns: 5, at: "test")
        let neighbours = NearestNeighbours(matrix, requested: 15)
        #expect(neighbours.indices == (0..<5).flatMap { _ in [0, 1, 2, 3] })
        let scales = LocalScales(neighbours)
        #expect(scales.rho == [0, 0, 0, 0, 0])
        let graph = FuzzyGraph(neighbours, scales)
        #expect(graph.row(4).map(\.column) == [0, 1, 2, 3] && graph.weights.allSatisfy { $0 == 1 })
    }

    @Test func pruningDropsWhatNoEpochWouldSample() {
        let graph = FuzzyGraph(rows: [[(1, 0.8), (2, 0.0079)], [(0, 0.8), (2, 0.008)], [(0, 0.0079), (1, 0.008)]])
        let kept = graph.pruned(epochs: 100)
        #expect(kept.columns == [1, 0, 2, 1] && kept.starts == [0, 1, 3, 4])
    }

    @Test func componentsAreInTheOrderOfTheirFirstVertices() {
        let graph = FuzzyGraph(rows: [[(3, 1)], [(4, 1)], [], [(0, 1)], [(1, 1)]])
        #expect(ConnectedComponents.of(graph) == [[0, 3], [1, 4], [2]])
    }
}
