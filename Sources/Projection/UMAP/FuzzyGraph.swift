internal import Foundation

/// A symmetric weighted graph in compressed rows, columns ascending.
package struct FuzzyGraph: Sendable {
    /// Where each row starts; n + 1 offsets.
    package let starts: [Int]
    package let columns: [Int]
    /// Weights above 0 and at most 1.
    package let weights: [Double]

    /// How many vertices.
    package var count: Int { starts.count - 1 }

    /// The fuzzy union W + Wᵀ - W∘Wᵀ of the neighbours' weights w = exp(-max(0, d - rho)/sigma)
    /// (McInnes et al. 2018, section 3.1; umap-learn's `fuzzy_simplicial_set`).
    package init(_ neighbours: NearestNeighbours, _ scales: LocalScales) {
        let (n, k) = (neighbours.count, neighbours.width)
        var forward: [[(column: Int, weight: Double)]] = Array(repeating: [], count: n)
        var backward = forward
        for i in 0..<n {
            for position in (i * k)..<(i * k + k) {
                let (j, excess) = (neighbours.indices[position], neighbours.distances[position] - scales.rho[i])
                guard j != i else { continue }
                let w = excess <= 0 || scales.sigma[i] == 0 ? 1 : exp(-(excess / scales.sigma[i]))
                guard w > 0 else { continue }
                forward[i].append((j, w))
                backward[j].append((i, w))
            }
        }
        var rows: [[(column: Int, weight: Double)]] = []
        for i in 0..<n {
            let sorted = (forward[i] + backward[i]).sorted { $0.column < $1.column }
            var row: [(column: Int, weight: Double)] = []
            for (column, weight) in sorted {
                if let last = row.last, last.column == column {
                    row[row.count - 1].weight = last.weight + weight - last.weight * weight
                } else {
                    row.append((column, weight))
                }
            }
            rows.append(row)
        }
        self.init(rows: rows)
    }

    /// The edges of at least the largest weight over `epochs`: lighter ones would never be sampled.
    package func pruned(epochs: Int) -> FuzzyGraph {
        let least = (weights.max() ?? 0) / Double(max(epochs, 1))
        return FuzzyGraph(rows: (0..<count).map { row($0).filter { $0.weight >= least } })
    }

    /// The columns and weights of row `i`.
    func row(_ i: Int) -> [(column: Int, weight: Double)] {
        (starts[i]..<starts[i + 1]).map { (columns[$0], weights[$0]) }
    }

    /// The graph among `vertices` (ascending), numbered by their positions.
    func induced(_ vertices: [Int]) -> FuzzyGraph {
        var position = [Int](repeating: -1, count: count)
        for (p, vertex) in vertices.enumerated() { position[vertex] = p }
        return FuzzyGraph(
            rows: vertices.map { vertex in
                row(vertex).filter { position[$0.column] >= 0 }.map { (position[$0.column], $0.weight) }
            })
    }

    init(rows: [[(column: Int, weight: Double)]]) {
        var starts = [0]
        for row in rows { starts.append(starts[starts.count - 1] + row.count) }
        self.starts = starts
        columns = rows.flatMap { $0.map(\.column) }
        weights = rows.flatMap { $0.map(\.weight) }
    }
}
