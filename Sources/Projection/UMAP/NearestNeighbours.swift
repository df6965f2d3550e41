/// The k nearest models of each model, itself included: stable order, ties by index (umap-learn's `fast_knn_indices`).
package struct NearestNeighbours: Sendable {
    /// k.
    package let width: Int
    /// n x k, nearest first.
    package let indices: [Int]
    /// n x k, ascending.
    package let distances: [Double]

    /// How many models.
    package var count: Int { width > 0 ? indices.count / width : 0 }

    /// k is `requested`, or n - 1 where there are no more models than that.
    package static func width(requested: Int, of count: Int) -> Int { count <= requested ? count - 1 : requested }

    package init(_ matrix: DistanceMatrix, requested: Int) {
        let n = matrix.count
        let k = Self.width(requested: requested, of: n)
        precondition(k >= 1, "neighbours need two models")
        width = k
        var indices = [Int](repeating: 0, count: n * k)
        var distances = [Double](repeating: .infinity, count: n * k)
        for i in 0..<n {
            var filled = 0
            let (row, last) = (i * k, i * k + k - 1)
            for j in 0..<n {
                let d = matrix.values[i * n + j]
                // A later index goes behind equal distances.
                guard d < distances[last] else { continue }
                var slot = row + min(filled, k - 1)
                while slot > row, distances[slot - 1] > d {
                    distances[slot] = distances[slot - 1]
                    indices[slot] = indices[slot - 1]
                    slot -= 1
                }
                distances[slot] = d
                indices[slot] = j
                filled = min(filled + 1, k)
            }
        }
        self.indices = indices
        self.distances = distances
    }
}
