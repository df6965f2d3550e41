package import SweepModel

/// Distances between n models: finite, symmetric, not negative, zero on the diagonal.
package struct DistanceMatrix: Hashable, Sendable {
    /// How many models.
    package let count: Int
    /// n x n, row-major.
    package let values: [Double]

    /// Distances and asymmetries below this are rounding, and count as zero.
    static let rounding = 1e-9

    /// The distance from model `i` to model `j`.
    package subscript(i: Int, j: Int) -> Double { values[i * count + j] }

    /// Takes distances as they are (rows x columns, row-major), after checking that they are distances.
    ///
    /// What differs from symmetry, or from zero on the diagonal, by less than 1e-9 is rounding and straightened.
    package init(distances: [Double], rows: Int, columns: Int, at place: String) throws(Complaint) {
        try Self.checkShape(distances, rows, columns, place)
        let n = rows
        for i in 0..<n {
            for j in 0..<n where !distances[i * n + j].isFinite {
                throw DistanceRefusal.notFinite(i, j).complaint(place)
            }
        }
        let diagonal = (0..<n).map { distances[$0 * n + $0] }
        if diagonal.allSatisfy({ abs($0 - 1) < Self.rounding }) { throw DistanceRefusal.similarity.complaint(place) }
        if let i = diagonal.firstIndex(where: { abs($0) >= Self.rounding }) {
            throw DistanceRefusal.nonZeroDiagonal(i, diagonal[i]).complaint(place)
        }
        for i in 0..<n {
            for j in 0..<i where abs(distances[i * n + j] - distances[j * n + i]) >= Self.rounding {
                throw DistanceRefusal.asymmetric(i, j).complaint(place)
            }
        }
        try self.init(count: n, place) { i, j in (distances[i * n + j] + distances[j * n + i]) / 2 }
    }

    /// Fills both triangles from `distance` of i < j; refuses what is negative.
    init(count n: Int, _ place: String, _ distance: (Int, Int) -> Double) throws(Complaint) {
        var values = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                let d = distance(i, j)
                if abs(d) < Self.rounding { continue }
                guard d > 0 else { throw DistanceRefusal.negative(i, j, d).complaint(place) }
                values[i * n + j] = d
                values[j * n + i] = d
            }
        }
        count = n
        self.values = values
    }

    /// Takes what is known to be straight.
    init(straight values: [Double], count: Int) {
        self.count = count
        self.values = values
    }

    /// Refuses what is not a square of at least one model.
    static func checkShape(_ values: [Double], _ rows: Int, _ columns: Int, _ place: String) throws(Complaint) {
        guard rows == columns, values.count == rows * columns, rows > 0 else {
            throw DistanceRefusal.notSquare(rows: rows, columns: columns, values: values.count).complaint(place)
        }
    }
}
